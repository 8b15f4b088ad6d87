package dev.sallyport.policy;

import dev.sallyport.policy.match.LibraryPatterns;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says who may become which agent. Loaded when somebody first wants to. */
final class Delegation {

    private Delegation() {}

    /** Decides as {@link PolicyEngine#enterAgent} says. */
    static Decision enter(
            Map<String, Policy.Agent> agents,
            String unattributed,
            BuiltInRules builtIns,
            @Nullable Barred barred,
            @Nullable String from,
            String to,
            @Nullable Entrance entrance) {
        Policy.Agent entered = agents.get(to);
        if (entered == null) {
            return builtIns.of(BuiltIn.UNKNOWN_AGENT);
        }
        String acting = from == null ? unattributed : from;
        if (barred != null) {
            Decision out = barred.of(acting) == null ? barred.of(to) : barred.of(acting);
            if (out != null) {
                return out;
            }
        }
        Policy.Agent agent = agents.get(acting);
        boolean outside = agent == null && (from == null || from.equals(unattributed));
        boolean mayDelegate = outside
                || acting.equals(to)
                || (agent != null && agent.delegatesTo().contains(to));
        if (!mayDelegate) {
            return builtIns.of(BuiltIn.DELEGATION);
        }
        return entrance == null || entrance.opens(entered) ? builtIns.delegated() : builtIns.of(BuiltIn.ENTERED_BY);
    }

    /** Says why an agent's entrance is shut to a library. */
    static String whyShut(Policy.Agent agent, Library library) {
        LibraryPatterns enteredBy = agent.enteredBy();
        String who = library.unknown()
                ? "code that calls by reflection, by a method handle or from a hidden class"
                : library.coordinates();
        return enteredBy == null
                ? who + " is not where the main class is from, and agent " + agent.name() + " has no enteredBy"
                : who + " is not in enteredBy " + enteredBy.words() + " of agent " + agent.name();
    }
}
