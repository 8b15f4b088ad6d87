package dev.sallyport.policy;

import java.util.List;

/**
 * What identifies a rule to people. How it matches is the engine's business.
 *
 * @param id its id, unique in the policy
 * @param action what it does
 * @param mode whether it is enforced
 * @param source where it stands, as {@code refunds.yaml:35}; {@code built-in} for a built-in rule
 * @param why a sentence that completes "denied because": what a denial's {@code why} line says of this rule
 * @param refs the risk references that it names
 * @param ownMode whether its mode is its own, and not that of the policy's {@code defaults}
 * @param kills whether whoever it denies is killed ({@code kill: true})
 */
public record Rule(
        String id,
        Action action,
        Mode mode,
        String source,
        String why,
        List<String> refs,
        boolean ownMode,
        boolean kills) {

    /** A rule whose mode is its own, and that kills nobody. */
    public Rule(String id, Action action, Mode mode, String source, String why, List<String> refs) {
        this(id, action, mode, source, why, refs, true, false);
    }

    /** Returns whether the product brings this rule. */
    public boolean builtIn() {
        return source.equals("built-in");
    }

    /** Returns the same rule in another mode. */
    public Rule in(Mode other) {
        return new Rule(id, action, other, source, why, refs, ownMode, kills);
    }
}
