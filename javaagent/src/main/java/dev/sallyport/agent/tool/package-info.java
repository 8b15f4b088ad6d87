/** Tools and agents of the application's own classes: one class for each framework, and the methods that are marked. */
@NullMarked
package dev.sallyport.agent.tool;

import org.jspecify.annotations.NullMarked;
