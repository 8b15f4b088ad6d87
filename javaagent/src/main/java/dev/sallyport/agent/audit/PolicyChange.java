package dev.sallyport.agent.audit;

import dev.sallyport.policy.Policy;
import org.jspecify.annotations.Nullable;

/**
 * A policy that came into force, or one that did not.
 *
 * @param id the entry's id
 * @param epochNanos wall-clock time in nanoseconds since the epoch
 * @param inForce the policy in force from now on; null if there is none and every call is denied
 * @param problem why a changed policy was rejected and {@code inForce} stays; null if {@code inForce} is new
 */
record PolicyChange(
        DecisionId id,
        long epochNanos,
        @Nullable Policy inForce,
        @Nullable String problem) implements Evidence {

    @Override
    public boolean urgent() {
        return true;
    }
}
