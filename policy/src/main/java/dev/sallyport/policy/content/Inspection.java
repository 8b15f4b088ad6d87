package dev.sallyport.policy.content;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content rules that look into one call, and what they make of what is found there. Immutable. */
public final class Inspection {

    private final List<ContentRule> rules;
    private final Detectors detectors;

    Inspection(List<ContentRule> rules) {
        this.rules = rules;
        Detectors all = rules.get(0).detectors();
        for (int i = 1; i < rules.size(); i++) {
            all = all.and(rules.get(i).detectors());
        }
        this.detectors = all;
    }

    /** Returns all that is looked for. */
    public Detectors detectors() {
        return detectors;
    }

    /**
     * Decides a call that is allowed otherwise.
     *
     * @param allowed what was decided so far
     * @param findings what was found in it
     * @return the same, or what a rule makes of it
     */
    public Decision decide(Decision allowed, List<Finding> findings) {
        Decision decision = allowed;
        for (ContentRule rule : rules) {
            if (!rule.holds(findings)) {
                continue;
            }
            if (rule.matcher().enforced()) {
                return rule.matcher().decision();
            }
            decision = watched(decision, rule.rule());
        }
        return decision;
    }

    private static Decision watched(Decision decision, Rule rule) {
        return decision.denied() || wouldBeRefused(decision.would())
                ? decision
                : new Decision(
                        decision.action(),
                        decision.rule(),
                        decision.mode(),
                        rule.action(),
                        rule,
                        decision.provisional());
    }

    private static boolean wouldBeRefused(@Nullable Action would) {
        return would != null && would != Action.ALLOW;
    }
}
