package dev.sallyport.cli;

import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops an agent, or everything. */
@Command(
        name = "kill",
        description =
                "Stop an agent, or everything, in each JVM that runs under the policy: all that it asks is denied, and"
                        + " its open connections are ended. It holds until 'release', over restarts too.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = "0 done; 1 the policy has no such agent; 2 wrong usage, or the state file cannot be written.%n%nFor"
                + " example: sallyport kill refund --policy refunds.yaml --reason \"refunds everybody\"")
final class KillCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "AGENT", description = "The agent's name, or 'all'.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String agent;

    @Mixin
    private final StateOption state = new StateOption();

    @Option(names = "--json", description = "Print one JSON object instead: stateFile, line, done, message, problem.")
    private boolean json;

    KillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String unknown = unknown(state.policy(), agent);
        if (unknown != null) {
            return StateChange.refused(unknown).print(terminal, json, state);
        }
        String line = "kill " + agent + ' ' + state.signature();
        state.change(line);
        String whom = agent.equals(PolicyState.ALL) ? "everything is" : "agent " + agent + " is";
        return StateChange.done(line, whom + " stopped within 100 ms wherever this policy is in force")
                .print(terminal, json, state);
    }

    /** Returns what to say of a name that the policy does not have; null if it has it, or nobody knows. */
    static @Nullable String unknown(@Nullable LoadedPolicy policy, String agent) {
        if (policy == null) {
            return null;
        }
        List<String> agents = new ArrayList<>(policy.policy().agents().keySet());
        agents.add(policy.policy().unattributed());
        agents.add(PolicyState.ALL);
        if (agents.contains(agent)) {
            return null;
        }
        String suggestion = Suggestion.of(agent, agents);
        return "the policy has no agent '" + agent + "'; "
                + (suggestion == null ? "its agents are " + String.join(", ", agents) : suggestion);
    }
}
