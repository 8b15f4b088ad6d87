@NullMarked
package dev.sallyport;

import org.jspecify.annotations.NullMarked;
