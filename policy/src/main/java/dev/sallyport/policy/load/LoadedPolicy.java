package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.limit.Limit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A policy that can be used.
 *
 * @param policy the policy
 * @param engine decides by it
 * @param warnings what is likely not meant, in the order of its place
 * @param conditions what its rules ask, not compiled yet: a thread that has nothing else to do can do it before they are asked
 */
public record LoadedPolicy(Policy policy, PolicyEngine engine, List<Problem> warnings, List<Expression> conditions) {

    /** A policy whose conditions are compiled, or when they are asked. */
    public LoadedPolicy(Policy policy, PolicyEngine engine, List<Problem> warnings) {
        this(policy, engine, warnings, List.of());
    }

    /**
     * Returns the policy as an operator has changed it; itself if nothing is changed.
     *
     * @param overrides what the policy was loaded with: what the process says goes over what the operator says of modes
     * @param today the day in UTC, in days since 1970
     */
    public LoadedPolicy with(PolicyState state, Overrides overrides, long today) {
        PolicyState counts = overrides.mode() == null
                ? state
                : new PolicyState(
                        state.kills(),
                        overrides.mode() == Mode.MONITOR ? Map.of() : state.modes(),
                        null,
                        state.releases(),
                        state.drill(),
                        state.drilled());
        Mode mode = counts.defaultMode();
        Policy changed = mode == null || mode == policy.mode() ? policy : policy.in(mode);
        PolicyEngine next = engine.with(changed, counts, today);
        return next.equals(engine) ? this : new LoadedPolicy(changed, next, warnings, conditions);
    }

    /** Returns all of the policy's rules in order, without the built-in ones. */
    public List<Rule> rules() {
        List<Rule> rules = new ArrayList<>(engine.egressRules());
        rules.addAll(engine.toolRules());
        for (Limit limit : engine.limits()) {
            rules.add(limit.rule());
        }
        ContentRules content = engine.content();
        if (content != null) {
            for (ContentRule rule : content.rules()) {
                rules.add(rule.rule());
            }
        }
        return rules;
    }

    /** Returns what stands in for a policy that cannot be used but says {@code onNoPolicy: deny}: nothing is allowed. */
    public static LoadedPolicy denyAll(Path file) {
        Policy policy = Policy.denyingAll(file);
        return new LoadedPolicy(policy, new PolicyEngine(policy, List.of(), List.of()), List.of());
    }
}
