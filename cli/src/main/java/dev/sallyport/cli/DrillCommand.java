package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.PolicyState;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has running JVMs prove that stopping somebody works. */
@Command(
        name = "drill",
        description =
                "Have each JVM under the policy prove that its kill switch works: it stops an agent that nobody is, sees"
                        + " that it is refused every way out and that the gate stands at each exit, and writes that down. Nobody"
                        + " else is stopped.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer =
                "0 each JVM that answered has passed; 1 one has failed, or too few answered; 2 wrong usage, or a file that"
                        + " cannot be read or written.%n%nFor example: sallyport drill --policy refunds.yaml --journal audit")
final class DrillCommand implements Callable<Integer> {

    private static final long LOOK_NANOS = 50_000_000;

    private final Terminal terminal;

    @Mixin
    private final StateOption state = new StateOption();

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(
            names = "--jvms",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many JVMs must answer (default: ${DEFAULT-VALUE}).")
    private int jvms;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for them (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "Print one JSON object instead: mark, passed, results.")
    private boolean json;

    DrillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        String mark = HexFormat.of().formatHex(random);
        state.change("drill " + mark + ' ' + state.signature());
        List<String> results = await("drill " + mark + ' ');
        boolean passed = results.size() >= jvms;
        for (String result : results) {
            passed &= result.startsWith("drill " + mark + " passed");
        }
        if (passed) {
            state.change("drilled " + LocalDate.now(ZoneOffset.UTC));
        }
        print(mark, results, passed);
        return passed ? 0 : SallyportCommand.NO;
    }

    /** Returns what the JVMs have written down of the drill until enough have, or time is up. */
    private List<String> await(String beginning) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (true) {
            List<String> results = new ArrayList<>();
            JournalOption.visit(journal.files(), entry -> {
                String reason = reason(entry);
                if (reason.startsWith(beginning) && !reason.endsWith(" begins")) {
                    results.add(reason);
                }
            });
            if (results.size() >= jvms || System.nanoTime() > end) {
                return results;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static String reason(JournalEntry entry) {
        boolean ofDrill = entry.stage().equals("kill") && PolicyState.DRILL_AGENT.equals(entry.agent());
        return ofDrill && entry.reason() != null ? entry.reason() : "";
    }

    private void print(String mark, List<String> results, boolean passed) throws IOException {
        if (json) {
            try (JsonGenerator generator = Json.generator(terminal)) {
                generator.writeStartObject();
                generator.writeStringField("mark", mark);
                generator.writeBooleanField("passed", passed);
                generator.writeArrayFieldStart("results");
                for (String result : results) {
                    generator.writeString(result);
                }
                generator.writeEndArray();
                generator.writeEndObject();
            }
            terminal.out().println();
            return;
        }
        for (String result : results) {
            terminal.out().println(Plain.text(result));
        }
        if (results.size() < jvms) {
            terminal.out()
                    .println(Style.DENIED.paint(
                            results.size() + " of " + jvms + " JVMs answered within " + seconds
                                    + " s: does it run under this policy and write to this journal?",
                            terminal.colour()));
        }
    }
}
