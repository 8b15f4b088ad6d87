@NullMarked
package dev.sallyport.policy.content;

import org.jspecify.annotations.NullMarked;
