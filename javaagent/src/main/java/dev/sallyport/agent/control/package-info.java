/** What changes the policy of a running JVM. */
@NullMarked
package dev.sallyport.agent.control;

import org.jspecify.annotations.NullMarked;
