package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what a valid policy likely does not mean, or should not. */
@Command(
        name = "lint",
        description = "Look at a valid policy for what is wider than it should be, out of date, or of no use.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 there is nothing to say; 1 there is; 2 a file cannot be read or is not valid.",
            "",
            "Checks: allow-all, hosting-wildcard, wildcard, private-name, broad-agent, broad-outside, overdue, unused-agent,"
                    + " not-enforced, and all that 'validate' warns of; with --journal also never-denied, never-used,"
                    + " ready-to-enforce and idle-agent.",
            "",
            "For example: sallyport lint refunds.yaml --journal audit"
        })
final class LintCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "POLICY", description = "The policy.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(
            names = "--journal",
            paramLabel = "DIR|FILE",
            description = "Directory of journals, or one journal: says which rules never mattered.")
    private @Nullable Path journal;

    @Option(
            names = "--today",
            paramLabel = "DATE",
            description = "The day to compare dates with (default: today, UTC).")
    private @Nullable LocalDate today;

    @Option(names = "--ignore", paramLabel = "CHECK", split = ",", description = "Checks to leave out.")
    private List<String> ignored = new ArrayList<>();

    @Option(names = "--json", description = "Print one JSON object instead: file, findings.")
    private boolean json;

    LintCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Something to say of a policy.
     *
     * @param check which check says it
     * @param problem what, and where
     */
    record Finding(String check, Problem problem) implements Comparable<Finding> {

        @Override
        public int compareTo(Finding other) {
            return problem.compareTo(other.problem);
        }
    }

    @Override
    public Integer call() throws IOException {
        LoadedPolicy loaded = PolicyFile.load(file, layers.overrides(null));
        List<Finding> findings = new ArrayList<>();
        for (Problem warning : loaded.warnings()) {
            findings.add(new Finding("validate", warning));
        }
        PolicyPlaces places = PolicyPlaces.read(file, layers.files());
        new PolicyLint(loaded, places, PublicSuffixes.read(), today == null ? LocalDate.now(ZoneOffset.UTC) : today)
                .check(findings);
        if (journal != null) {
            new JournalLint(loaded, places).check(JournalOption.files(journal), findings);
        }
        findings.removeIf(finding -> ignored.contains(finding.check()));
        Collections.sort(findings);
        if (json) {
            printJson(findings);
        } else {
            print(findings);
        }
        return findings.isEmpty() ? 0 : SallyportCommand.NO;
    }

    private void print(List<Finding> findings) {
        PrintWriter out = terminal.out();
        Map<String, Integer> counts = new TreeMap<>();
        for (Finding finding : findings) {
            counts.merge(finding.check(), 1, Integer::sum);
            String text = finding.problem().toString().replaceFirst(": warning: ", ": ");
            out.println(
                    Style.WOULD_BE_DENIED.paint(Plain.text(text + " [" + finding.check() + "]"), terminal.colour()));
        }
        StringBuilder summary = new StringBuilder();
        summary.append(findings.size()).append(findings.size() == 1 ? " finding" : " findings");
        counts.forEach((check, count) ->
                summary.append(summary.indexOf(":") < 0 ? ": " : ", ").append(count + " " + check));
        out.println(summary);
    }

    private void printJson(List<Finding> findings) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("file", file.toString());
            generator.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                Problem problem = finding.problem();
                generator.writeStartObject();
                generator.writeStringField("check", finding.check());
                generator.writeNumberField("line", problem.line());
                generator.writeNumberField("column", problem.column());
                generator.writeStringField("message", problem.message());
                if (problem.suggestion() != null) {
                    generator.writeStringField("suggestion", problem.suggestion());
                }
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
