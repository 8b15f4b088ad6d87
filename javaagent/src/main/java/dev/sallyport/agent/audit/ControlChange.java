package dev.sallyport.agent.audit;

import dev.sallyport.policy.Policy;
import org.jspecify.annotations.Nullable;

/**
 * What an operator, or a rule that kills, has changed while the policy stayed as it is.
 *
 * @param id the entry's id
 * @param epochNanos wall-clock time in nanoseconds since the epoch
 * @param stage {@code kill} for stopping and releasing, {@code policy} for the mode of a rule
 * @param inForce the policy in force
 * @param agent who is stopped or released, null for everybody and where it is no agent
 * @param decision {@code deny} if somebody is stopped or a change does not count, else {@code allow}
 * @param rule the rule that is concerned, null if none is
 * @param reason who did it, and why
 */
record ControlChange(
        DecisionId id,
        long epochNanos,
        String stage,
        Policy inForce,
        @Nullable String agent,
        String decision,
        @Nullable String rule,
        String reason)
        implements Evidence {

    @Override
    public boolean urgent() {
        return true;
    }
}
