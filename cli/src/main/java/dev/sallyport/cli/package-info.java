/** The command line: {@code java -jar sallyport.jar validate | explain | report}. */
@NullMarked
package dev.sallyport.cli;

import org.jspecify.annotations.NullMarked;
