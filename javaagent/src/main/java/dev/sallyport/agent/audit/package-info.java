/**
 * Evidence: every decision goes through a lock-free ring to one writer thread, and from there into the journal, and, where
 * an endpoint is configured, into spans and metrics.
 */
@NullMarked
package dev.sallyport.agent.audit;

import org.jspecify.annotations.NullMarked;
