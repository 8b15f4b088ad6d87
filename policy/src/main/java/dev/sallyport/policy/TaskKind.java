package dev.sallyport.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of task that the policy describes: what may be done only while such a task runs says {@code during} in its rule.
 * Immutable.
 *
 * @param name its name
 * @param agents the agents that the task gives something to; null for every agent
 * @param startedBy the agents that may start it
 * @param params the parameters that it is started with, neither more nor less
 * @param ttlNanos how long it runs at most, in nanoseconds
 * @param justified whether whoever starts it must say why
 * @param source where it stands, as {@code refunds.yaml:70}
 */
public record TaskKind(
        String name,
        @Nullable List<String> agents,
        List<String> startedBy,
        List<String> params,
        long ttlNanos,
        boolean justified,
        String source) {

    /** Returns whether {@code call} is made in such a task, by an agent that it is for. */
    public boolean covers(Call call) {
        Task task = call.circumstances().task();
        return task != null && task.name().equals(name) && (agents == null || agents.contains(call.agent()));
    }

    /**
     * Says why {@code agent} may not start it so: a clause without a subject; null if it may.
     *
     * @param agent the acting agent; the policy's name for code outside any agent
     * @param given the parameters that it is to be started with
     * @param justification why, null if nobody said
     */
    @Nullable
    String fault(String agent, Map<String, String> given, @Nullable String justification) {
        if (!startedBy.contains(agent)) {
            return "task " + name + " is started by " + startedBy + ", not by " + agent;
        }
        for (int i = 0; i < params.size(); i++) {
            if (!given.containsKey(params.get(i))) {
                return "task " + name + " needs the parameter '" + params.get(i) + "'";
            }
        }
        for (String param : given.keySet()) {
            if (!params.contains(param)) {
                return "task " + name + " has no parameter '" + param + "'; its parameters are " + params;
            }
        }
        return justified && (justification == null || justification.isBlank())
                ? "task " + name + " needs a justification"
                : null;
    }
}
