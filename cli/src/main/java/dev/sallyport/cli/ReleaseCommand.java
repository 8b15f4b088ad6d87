package dev.sallyport.cli;

import java.io.IOException;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private final StoppedAgent agent = new StoppedAgent();

    ReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        boolean stopped = agent.state().read().state().kills().containsKey(agent.name());
        String unknown = stopped ? null : agent.unknown();
        if (unknown != null) {
            return agent.tell(StateChange.refused(unknown), terminal);
        }
        String line = agent.change("release");
        TreeSet<String> left =
                new TreeSet<>(agent.state().read().state().kills().keySet());
        String message =
                agent.subject() + " released" + (left.isEmpty() ? "" : "; still stopped: " + String.join(", ", left));
        return agent.tell(StateChange.done(line, message), terminal);
    }
}
