/** Turns what a guard saw into a call, asks the policy, has the journal write it down, and refuses. */
@NullMarked
package dev.sallyport.agent.enforce;

import org.jspecify.annotations.NullMarked;
