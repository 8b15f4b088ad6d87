/** The few classes that the system class loader sees: they open the isolated loader and step back. */
@NullMarked
package dev.sallyport.launch;

import org.jspecify.annotations.NullMarked;
