/** A package of the agent's, of which somebody else has a class too. */
@NullMarked
package dev.sallyport.agent.exit;

import org.jspecify.annotations.NullMarked;
