@NullMarked
package dev.sallyport.policy.limit;

import org.jspecify.annotations.NullMarked;
