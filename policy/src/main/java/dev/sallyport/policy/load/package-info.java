/** Reads policies, and says of each mistake where it is. */
@NullMarked
package dev.sallyport.policy.load;

import org.jspecify.annotations.NullMarked;
