package dev.sallyport.cli;

import dev.sallyport.policy.Rule;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A rule and the mode that it shall have, by a state file. */
final class ModeOfRule {

    private static final String DEFAULT = "default";

    @Parameters(paramLabel = "RULE", description = "The rule's id, or 'default' for all that do not say their mode.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String rule;

    @Mixin
    private final StateOption state = new StateOption();

    @Option(names = "--json", description = "Print one JSON object instead: stateFile, line, done, message, problem.")
    private boolean json;

    /** Sets the mode and returns the exit code. */
    int set(String mode, Terminal terminal) throws IOException {
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
