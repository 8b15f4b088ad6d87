package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the policy says of one call. Instances that carry no {@code would} are made once for each rule, so deciding
 * allocates nothing.
 *
 * @param action what happens to the call
 * @param rule the rule that decided: the first in order that matched and is enforced; where nothing is enforced, the
 *     first that matched in monitor mode; where a later stage can still allow the call, the rule that could
 * @param mode whether {@code rule} was enforced
 * @param would what enforcement would have done, where a rule in monitor mode matched before; else null
 * @param wouldRule the rule in monitor mode that would have decided; null together with {@code would}
 * @param provisional whether the call is let through only because a later stage knows more and decides: then it must
 *     come to that stage, and whoever sees that it will not (a request on a connection that already stands) decides it
 *     again with all the facts
 */
public record Decision(
        Action action,
        Rule rule,
        Mode mode,
        @Nullable Action would,
        @Nullable Rule wouldRule,
        boolean provisional) {

    /** A decision that no later stage changes. */
    public Decision(Action action, Rule rule, Mode mode, @Nullable Action would, @Nullable Rule wouldRule) {
        this(action, rule, mode, would, wouldRule, false);
    }

    /** Returns whether the call must not happen. */
    public boolean denied() {
        return action == Action.DENY;
    }
}
