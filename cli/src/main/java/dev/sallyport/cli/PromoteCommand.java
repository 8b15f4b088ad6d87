package dev.sallyport.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a rule enforced. */
@Command(
        name = "promote",
        description = "Have a rule enforced that was only monitored, in each JVM that runs under the policy.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = "0 done; 1 the policy has no such rule; 2 wrong usage, or the state file cannot be written.%n%nFor"
                + " example: sallyport promote refund-psp --policy refunds.yaml")
final class PromoteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "RULE", description = "The rule's id, or 'default' for all that do not say their mode.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String rule;

    @Mixin
    private final StateOption state = new StateOption();

    @Option(names = "--json", description = "Print one JSON object instead: stateFile, line, done, message, problem.")
    private boolean json;

    PromoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        return ModeOfRule.set(rule, "enforce", state, terminal, json);
    }
}
