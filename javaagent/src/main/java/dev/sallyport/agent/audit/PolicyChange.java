package dev.sallyport.agent.audit;

import dev.sallyport.policy.Policy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A policy that came into force, or one that did not, or a file of one.
 *
 * @param id the entry's id
 * @param epochNanos wall-clock time in nanoseconds since the epoch
 * @param inForce the policy in force from now on; null if there is none and every call is denied
 * @param problem why a changed policy was rejected and {@code inForce} stays; null if {@code inForce} is new
 * @param file the file that the policy names and that has changed; null for the policy itself
 * @param news what happened to that file; null for the policy itself
 */
record PolicyChange(
        DecisionId id,
        long epochNanos,
        @Nullable Policy inForce,
        @Nullable String problem,
        @Nullable Path file,
        @Nullable String news)
        implements Evidence {

    /** A change of the policy itself. */
    PolicyChange(DecisionId id, long epochNanos, @Nullable Policy inForce, @Nullable String problem) {
        this(id, epochNanos, inForce, problem, null, null);
    }

    @Override
    public boolean urgent() {
        return true;
    }
}
