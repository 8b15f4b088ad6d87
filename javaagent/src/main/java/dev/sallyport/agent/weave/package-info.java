/** Finds the target classes and puts the gate call in. */
@NullMarked
package dev.sallyport.agent.weave;

import org.jspecify.annotations.NullMarked;
