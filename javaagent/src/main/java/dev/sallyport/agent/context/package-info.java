/** Carries the acting agent to the threads that work is handed to. */
@NullMarked
package dev.sallyport.agent.context;

import org.jspecify.annotations.NullMarked;
