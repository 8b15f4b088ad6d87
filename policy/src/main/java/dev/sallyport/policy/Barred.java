package dev.sallyport.policy;

import dev.sallyport.policy.match.RuleMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may do nothing at present: the killed, the suspended, and those whose time is over. Immutable. */
final class Barred {

    private final @Nullable Decision everybody;
    private final Map<String, Decision> agents;

    private Barred(@Nullable Decision everybody, Map<String, Decision> agents) {
        this.everybody = everybody;
        this.agents = agents;
    }

    /**
     * Returns who is barred; null if nobody is.
     *
     * @param policy whose agents may be suspended, or live until a day
     * @param state who is killed
     * @param today the day in UTC, in days since 1970
     */
    static @Nullable Barred of(Policy policy, PolicyState state, long today) {
        Map<String, Decision> agents = new HashMap<>();
        for (Policy.Agent agent : policy.agents().values()) {
            if (agent.suspended()) {
                agents.put(agent.name(), decided(BuiltIn.SUSPENDED_AGENT.rule(policy.mode())));
            } else if (agent.expires() < today) {
                String why = "agent " + agent.name() + " was good until " + Days.text(agent.expires());
                agents.put(agent.name(), decided(rule(BuiltIn.EXPIRED_AGENT, policy.mode(), why)));
            }
        }
        Decision everybody = null;
        for (Map.Entry<String, PolicyState.Kill> kill : state.kills().entrySet()) {
            boolean all = kill.getKey().equals(PolicyState.ALL);
            String why = (all ? "everything was stopped" : "agent " + kill.getKey() + " was killed")
                    + (kill.getValue().why().isEmpty()
                            ? ""
                            : ": " + kill.getValue().why()) + " ("
                    + kill.getValue().source() + ")";
            // whoever presses this switch means it, whatever the policy's mode is
            Decision decision = decided(rule(BuiltIn.KILL_SWITCH, Mode.ENFORCE, why));
            if (all) {
                everybody = decision;
            } else {
                agents.put(kill.getKey(), decision);
            }
        }
        return everybody == null && agents.isEmpty() ? null : new Barred(everybody, agents);
    }

    private static Rule rule(BuiltIn builtIn, Mode mode, String why) {
        return new Rule(builtIn.id(), Action.DENY, mode, "built-in", why, List.of());
    }

    private static Decision decided(Rule rule) {
        return RuleMatcher.decided(rule);
    }

    /** Returns what is said to whatever {@code agent} asks; null if it is not barred. */
    @Nullable
    Decision of(String agent) {
        return everybody != null ? everybody : agents.get(agent);
    }
}
