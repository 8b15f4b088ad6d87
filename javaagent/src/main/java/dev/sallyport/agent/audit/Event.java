package dev.sallyport.agent.audit;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Policy;
import org.jspecify.annotations.Nullable;

/**
 * One decided call on its way to the journal: references to immutable facts only, so that making one costs the
 * application's thread little, and everything that takes time (line numbers, strings, JSON) is left to the writer.
 *
 * @param id the decision's id
 * @param epochNanos wall-clock time in nanoseconds since the epoch
 * @param context the acting context, null outside of any agent
 * @param call the facts that were decided
 * @param decision what was decided
 * @param policy the policy that decided
 * @param attribution whose code it was
 * @param claimed the name that an address carried without this JVM having seen it resolve so; null if none
 * @param arguments a process's command, a tool's arguments; null if there are none or they are not recorded
 * @param trace the application's current span as a W3C {@code traceparent}; null if there is none
 */
public record Event(
        DecisionId id,
        long epochNanos,
        @Nullable AgentContext context,
        Call call,
        Decision decision,
        Policy policy,
        Attribution attribution,
        @Nullable String claimed,
        @Nullable Object arguments,
        @Nullable String trace) {}
