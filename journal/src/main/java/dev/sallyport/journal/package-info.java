@NullMarked
package dev.sallyport.journal;

import org.jspecify.annotations.NullMarked;
