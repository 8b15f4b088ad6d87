/**
 * Netty, on which many clients stand: its connects and names that do not pass the JDK, and the agents that its event loops
 * work for. Every copy counts, also those that others have shaded.
 */
@NullMarked
package dev.sallyport.agent.netty;

import org.jspecify.annotations.NullMarked;
