/** Looks for what must not leave in what is about to: credentials, card numbers and the like. */
@NullMarked
package dev.sallyport.policy.content;

import org.jspecify.annotations.NullMarked;
