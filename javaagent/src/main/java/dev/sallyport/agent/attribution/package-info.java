/** Whose code made a call. */
@NullMarked
package dev.sallyport.agent.attribution;

import org.jspecify.annotations.NullMarked;
