package dev.sallyport.cli;

import dev.sallyport.policy.Rule;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes the mode of a rule in a state file. */
final class ModeOfRule {

    private static final String DEFAULT = "default";

    private ModeOfRule() {}

    /** Sets the mode of a rule, or of all that do not say theirs, and returns the exit code. */
    static int set(String rule, String mode, StateOption state, Terminal terminal, boolean json) throws IOException {
        String unknown = unknown(state.policy(), rule);
        if (unknown != null) {
            return StateChange.refused(unknown).print(terminal, json, state);
        }
        String line = "mode " + rule + ' ' + mode;
        state.change(line);
        String what = rule.equals(DEFAULT) ? "every rule that does not say its mode" : "rule " + rule;
        String does = mode.equals("enforce") ? " is enforced" : " is monitored";
        return StateChange.done(
                        line,
                        what + does + " within 20 ms wherever this policy is in force; put it into the policy"
                                + " too, and drop the line then")
                .print(terminal, json, state);
    }

    private static @Nullable String unknown(@Nullable LoadedPolicy policy, String rule) {
        if (rule.indexOf(':') >= 0) {
            return "rule '" + rule + "' is not the policy's own; its mode is changed in its own file";
        }
        if (policy == null || rule.equals(DEFAULT)) {
            return null;
        }
        List<String> ids = new ArrayList<>();
        for (Rule each : policy.rules()) {
            ids.add(each.id());
        }
        if (ids.contains(rule)) {
            return null;
        }
        String suggestion = Suggestion.of(rule, ids);
        return "the policy has no rule '" + rule + "'" + (suggestion == null ? "" : "; " + suggestion);
    }
}
