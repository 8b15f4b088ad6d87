package dev.sallyport.agent.audit;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
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
 * @param arguments a process's command as {@code String[]} or {@code List<String>}, a tool's arguments; null if there are
 *     none or they are not recorded
 * @param trace the application's current span as a W3C {@code traceparent}; null if there is none
 * @param http the HTTP facts as they were when the call was decided; null if it was not an HTTP request
 * @param region the region of the address, where the policy says which regions calls may go to and it is known
 * @param tookNanos how long it took to decide, in nanoseconds; -1 if nobody has measured it
 * @param count how many calls it stands for
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
        @Nullable String trace,
        @Nullable Http http,
        @Nullable String region,
        long tookNanos,
        long count)
        implements Evidence {

    /**
     * The facts of a request that the journal keeps.
     *
     * @param method the method, null while the client could still change it
     * @param scheme {@code http} or {@code https}
     * @param path the path without the query
     */
    public record Http(@Nullable String method, String scheme, String path) {}

    /** Creates an event with the HTTP facts of {@code call}, which only the calling thread may read. */
    public Event(
            DecisionId id,
            long epochNanos,
            @Nullable AgentContext context,
            Call call,
            Decision decision,
            Policy policy,
            Attribution attribution,
            @Nullable String claimed,
            @Nullable Object arguments,
            @Nullable String trace) {
        this(
                id,
                epochNanos,
                context,
                call,
                decision,
                policy,
                attribution,
                claimed,
                arguments,
                trace,
                facts(call.http()),
                null,
                -1,
                1);
    }

    /** Returns the same event with the region of its address. */
    public Event in(String known) {
        return new Event(
                id,
                epochNanos,
                context,
                call,
                decision,
                policy,
                attribution,
                claimed,
                arguments,
                trace,
                http,
                known,
                tookNanos,
                count);
    }

    /** Returns the same event with the time that the decision took, in nanoseconds. */
    public Event after(long nanos) {
        return new Event(
                id,
                epochNanos,
                context,
                call,
                decision,
                policy,
                attribution,
                claimed,
                arguments,
                trace,
                http,
                region,
                nanos,
                count);
    }

    /** Returns an event that stands for as many calls. */
    public Event times(long calls) {
        return new Event(
                id,
                epochNanos,
                context,
                call,
                decision,
                policy,
                attribution,
                claimed,
                arguments,
                trace,
                http,
                region,
                tookNanos,
                calls);
    }

    private static @Nullable Http facts(@Nullable HttpRequest request) {
        return request == null ? null : new Http(request.method(), request.scheme(), request.path());
    }

    @Override
    public boolean urgent() {
        return decision.denied();
    }
}
