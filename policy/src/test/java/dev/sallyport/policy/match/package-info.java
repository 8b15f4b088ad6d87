@NullMarked
package dev.sallyport.policy.match;

import org.jspecify.annotations.NullMarked;
