package dev.sallyport.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private final StoppedAgent agent = new StoppedAgent();

    KillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        String unknown = agent.unknown();
        if (unknown != null) {
            return agent.tell(StateChange.refused(unknown), terminal);
        }
        String line = agent.change("kill");
        String message = agent.subject() + " stopped within 100 ms wherever this policy is in force";
        return agent.tell(StateChange.done(line, message), terminal);
    }
}
