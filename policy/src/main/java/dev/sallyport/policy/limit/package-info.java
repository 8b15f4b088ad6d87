/** Limits: how often, how much, and for how long after too many failures. */
@NullMarked
package dev.sallyport.policy.limit;

import org.jspecify.annotations.NullMarked;
