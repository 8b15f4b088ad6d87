@NullMarked
package dev.sallyport.gate;

import org.jspecify.annotations.NullMarked;
