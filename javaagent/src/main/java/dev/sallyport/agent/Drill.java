package dev.sallyport.agent;

import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Via;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Proves on the running JVM that stopping somebody works: stops an agent that nobody is, has it try each way out, sees that it is
 * refused and that the gate stands at each exit, and releases it. The journal has each step. Loaded when a drill is asked for.
 */
final class Drill {

    private Drill() {}

    /** Puts a state in force over the policy. */
    interface Stop {

        /** Puts it in force. */
        void enforce(PolicyState state);
    }

    /**
     * Runs a drill.
     *
     * @param mark what the one who asks for it calls it
     * @param since when it was asked for, in milliseconds since the epoch
     * @param state what counts now, and again afterwards
     */
    static void run(
            String mark,
            long since,
            PolicyState state,
            Stop stop,
            Canary canary,
            Enforcement enforcement,
            Journal journal,
            AgentLog log) {
        Policy policy = enforcement.snapshot().policy();
        String agent = PolicyState.DRILL_AGENT;
        Map<String, PolicyState.Kill> kills = new HashMap<>(state.kills());
        kills.put(agent, new PolicyState.Kill("drill " + mark, "drill"));
        journal.killed(policy, agent, true, "drill " + mark + " begins");
        stop.enforce(new PolicyState(
                kills, state.modes(), state.defaultMode(), state.releases(), state.drill(), state.drilled()));
        long millis = System.currentTimeMillis() - since;
        int refused = 0;
        for (Via via : Via.values()) {
            refused += enforcement.stops(agent, via) ? 1 : 0;
        }
        List<String> open = canary.open();
        stop.enforce(state);
        boolean passed = refused == Via.values().length && open.isEmpty();
        String result = "drill " + mark + (passed ? " passed: " : " failed: ") + refused + " of " + Via.values().length
                + " ways out refused, "
                + (open.isEmpty() ? "the gate stands at every exit" : String.join("; ", open))
                + ", in force " + millis + " ms after it was asked for";
        journal.killed(policy, agent, !passed, result);
        if (passed) {
            log.info(result);
        } else {
            log.error(result);
        }
    }
}
