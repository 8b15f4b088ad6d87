package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code defaults} section.
 *
 * @param mode the mode of rules that do not say theirs
 * @param onErrorAllow whether a failure of the gate lets a call through
 * @param uncovered what happens to native libraries and listening where no rule covers them
 * @param unattributed the agent that code outside any agent acts as
 */
record DefaultsSection(Mode mode, boolean onErrorAllow, Policy.Uncovered uncovered, String unattributed) {

    private static final List<String> ACTIONS = List.of("allow", "deny");

    /** Reads the section; what it does not say is strict. {@code mode}, if given, goes before what it says. */
    static DefaultsSection read(Reading reading, @Nullable Node node, @Nullable Mode mode) {
        Node.Mapping defaults = node == null
                ? null
                : reading.mapping(
                        node,
                        "'defaults'",
                        List.of("mode", "onError", "onNoPolicy", "unattributed", "uncovered"),
                        List.of());
        if (defaults == null) {
            return new DefaultsSection(
                    mode == null ? Mode.ENFORCE : mode, false, Policy.Uncovered.ALLOWED, Policy.UNATTRIBUTED);
        }
        int written = reading.choice(defaults.get("mode"), "'mode'", List.of("enforce", "monitor"));
        int onError = reading.choice(defaults.get("onError"), "'onError'", ACTIONS);
        reading.choice(defaults.get("onNoPolicy"), "'onNoPolicy'", List.of("stop", "deny"));
        Node.Scalar unattributed = reading.word(defaults.get("unattributed"), "'unattributed'");
        if (unattributed != null && unattributed.text().equals(PolicyEngine.OWN_AGENT)) {
            AgentsSection.reserved(reading, unattributed);
        }
        return new DefaultsSection(
                mode != null ? mode : written == 1 ? Mode.MONITOR : Mode.ENFORCE,
                onError == 0,
                uncovered(reading, defaults.get("uncovered")),
                unattributed == null ? Policy.UNATTRIBUTED : unattributed.text());
    }

    private static Policy.Uncovered uncovered(Reading reading, @Nullable Node node) {
        Node.Mapping uncovered =
                node == null ? null : reading.mapping(node, "'uncovered'", List.of("native", "listen"), List.of());
        if (uncovered == null) {
            return Policy.Uncovered.ALLOWED;
        }
        int nativeLibraries = reading.choice(uncovered.get("native"), "'native'", ACTIONS);
        int listen = reading.choice(uncovered.get("listen"), "'listen'", ACTIONS);
        return new Policy.Uncovered(
                nativeLibraries == 1 ? Action.DENY : Action.ALLOW, listen == 1 ? Action.DENY : Action.ALLOW);
    }
}
