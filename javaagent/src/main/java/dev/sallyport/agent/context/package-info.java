@NullMarked
package dev.sallyport.agent.context;

import org.jspecify.annotations.NullMarked;
