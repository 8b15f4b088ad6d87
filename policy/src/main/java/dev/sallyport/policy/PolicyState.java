package dev.sallyport.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has said since the policy was written: who is killed, and which rules have another mode. Immutable.
 *
 * @param kills who is killed, by the agent's name; {@link #ALL} for everybody
 * @param modes the modes of rules by their ids, in place of what the policy says
 * @param defaultMode in place of {@code defaults.mode}; null if that stands
 * @param releases what was last said when somebody was released, by the agent's name
 * @param drill the mark of the drill that is asked for, null if none is
 * @param drilled the day of the last drill that passed, as {@code 2026-11-20}; null if there was none
 */
public record PolicyState(
        Map<String, Kill> kills,
        Map<String, Mode> modes,
        @Nullable Mode defaultMode,
        Map<String, String> releases,
        @Nullable String drill,
        @Nullable String drilled) {

    /** In place of an agent's name: everybody. */
    public static final String ALL = "all";

    /** The agent that a drill kills; a policy cannot name it. */
    public static final String DRILL_AGENT = "sallyport-drill";

    /** Nobody has said anything. */
    public static final PolicyState NONE = new PolicyState(Map.of(), Map.of(), null, Map.of(), null, null);

    /**
     * That somebody is killed.
     *
     * @param why who said so, and why, as the journal and a denial tell it; empty if nobody said
     * @param source where it stands, as {@code refunds.yaml.state:3}, or what else did it
     */
    public record Kill(String why, String source) {}

    /** Returns the mode that a rule has in this state. */
    public Mode mode(Rule rule) {
        Mode own = modes.isEmpty() ? null : modes.get(rule.id());
        if (own != null) {
            return own;
        }
        return defaultMode == null || rule.ownMode() ? rule.mode() : defaultMode;
    }

    /** Returns whether some rule may have another mode than the policy says. */
    boolean changesModes() {
        return defaultMode != null || !modes.isEmpty();
    }
}
