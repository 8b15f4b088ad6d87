/** The start, its options, and the proof that the gate stands. */
@NullMarked
package dev.sallyport.agent;

import org.jspecify.annotations.NullMarked;
