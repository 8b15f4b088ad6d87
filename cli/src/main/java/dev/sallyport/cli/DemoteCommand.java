package dev.sallyport.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a rule monitored. */
@Command(
        name = "demote",
        description = "Have a rule only monitored that was enforced, in each JVM that runs under the policy.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = "0 done; 1 the policy has no such rule; 2 wrong usage, or the state file cannot be written.%n%nFor"
                + " example: sallyport demote refund-psp --policy refunds.yaml")
final class DemoteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ModeOfRule change = new ModeOfRule();

    DemoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return change.set("monitor", terminal);
    }
}
