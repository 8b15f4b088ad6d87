/** The HTTP clients, one class for each. */
@NullMarked
package dev.sallyport.agent.http;

import org.jspecify.annotations.NullMarked;
