/** What woven code calls, and the context that each thread acts in; lives in the boot loader and uses nothing but the JDK. */
@NullMarked
package dev.sallyport.gate;

import org.jspecify.annotations.NullMarked;
