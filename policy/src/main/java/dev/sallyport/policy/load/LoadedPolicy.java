package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicySource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A policy that can be used.
 *
 * @param policy the policy
 * @param engine decides by it
 * @param warnings what is likely not meant, in the order of its place
 */
public record LoadedPolicy(Policy policy, PolicyEngine engine, List<Problem> warnings) {

    /** Returns what stands in for a policy that cannot be used but says {@code onNoPolicy: deny}: nothing is allowed. */
    public static LoadedPolicy denyAll(Path file) {
        Policy policy = new Policy(
                "deny-all",
                "",
                new PolicySource(file, new byte[0]),
                Mode.ENFORCE,
                false,
                new Policy.Uncovered(Action.DENY, Action.DENY),
                Policy.UNATTRIBUTED,
                Map.of(),
                new Policy.Audit(null, Policy.OnFull.DENY));
        return new LoadedPolicy(policy, PolicyEngine.denyAll(policy), List.of());
    }
}
