package dev.sallyport.cli;

import dev.sallyport.policy.PolicyState;
import java.io.IOException;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Releases who was stopped. */
@Command(
        name = "release",
        description = "Release an agent that was stopped by 'kill' or by a rule, or everything that 'kill all' stopped."
                + " Who was stopped by name stays so until released by name.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = "0 done; 1 the policy has no such agent; 2 wrong usage, or the state file cannot be written.%n%nFor"
                + " example: sallyport release refund --policy refunds.yaml --reason \"the prompt is mended\"")
final class ReleaseCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "AGENT", description = "The agent's name, or 'all'.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String agent;

    @Mixin
    private final StateOption state = new StateOption();

    @Option(names = "--json", description = "Print one JSON object instead: stateFile, line, done, message, problem.")
    private boolean json;

    ReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Map<String, PolicyState.Kill> kills = state.read().state().kills();
        String unknown = kills.containsKey(agent) ? null : KillCommand.unknown(state.policy(), agent);
        if (unknown != null) {
            return StateChange.refused(unknown).print(terminal, json, state);
        }
        String line = "release " + agent + ' ' + state.signature();
        state.change(line);
        TreeSet<String> left = new TreeSet<>(state.read().state().kills().keySet());
        String message = (agent.equals(PolicyState.ALL) ? "everything is" : "agent " + agent + " is") + " released"
                + (left.isEmpty() ? "" : "; still stopped: " + String.join(", ", left));
        return StateChange.done(line, message).print(terminal, json, state);
    }
}
