/** The ways out of the JDK, one class for each. */
@NullMarked
package dev.sallyport.agent.exit;

import org.jspecify.annotations.NullMarked;
