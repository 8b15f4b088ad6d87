package dev.sallyport.agent.audit;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Policy;
import org.jspecify.annotations.Nullable;

/**
 * How an allowed tool call ended.
 *
 * @param id the entry's id
 * @param epochNanos wall-clock time of the end in nanoseconds since the epoch
 * @param of the id of the decision that allowed the call
 * @param policy the policy in force at its end
 * @param tool the context of the call
 * @param error the class of what was thrown, or {@code result} where the tool answered that it failed; null if it went well
 * @param nanos how long it took since it was allowed, in nanoseconds
 */
record CallOutcome(
        DecisionId id,
        long epochNanos,
        DecisionId of,
        Policy policy,
        AgentContext tool,
        @Nullable String error,
        long nanos)
        implements Evidence {

    @Override
    public boolean urgent() {
        return false;
    }
}
