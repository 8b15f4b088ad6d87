@NullMarked
package dev.sallyport.policy.load;

import org.jspecify.annotations.NullMarked;
