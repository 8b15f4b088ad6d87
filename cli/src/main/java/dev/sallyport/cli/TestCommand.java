package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.Problems;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts cases to a policy and compares what it says with what is expected. */
@Command(
        name = "test",
        description = "Test a policy: put the cases of a file to it, and say which rules no case reaches.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 every case came out as expected; 1 one did not, or --min-coverage was missed; 2 a file cannot be read or is"
                    + " not valid.",
            "",
            "For example, beside refunds.yaml a file refunds.test.yaml that holds",
            "  - name: refunds go to the payment provider",
            "    call: {agent: refund, to: \"api.psp.example:443\", http: {method: POST, path: /v1/refunds}}",
            "    expect: {decision: allow, rule: refund-psp}",
            "and then: sallyport test refunds.yaml --min-coverage 80"
        })
final class TestCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "POLICY", description = "The policy.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path policyFile;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(
            names = "--cases",
            paramLabel = "FILE",
            description = "The cases; may be given several times (default: refunds.test.yaml beside refunds.yaml).")
    private List<Path> caseFiles = new ArrayList<>();

    @Option(
            names = "--min-coverage",
            paramLabel = "PERCENT",
            description = "Fail if fewer of the policy's rules decide a case.")
    private int minCoverage;

    @Option(names = "--junit", paramLabel = "FILE", description = "Write a report in the XML form of JUnit.")
    private @Nullable Path junit;

    @Option(names = "--json", description = "Print one JSON object instead: policy, cases, coverage.")
    private boolean json;

    TestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * How a case came out.
     *
     * @param place where it stands: {@code refunds.test.yaml:3:13}
     * @param expected the case
     * @param trial what the policy said
     * @param fault what is not as expected, null if everything is
     */
    record Outcome(
            String place,
            CaseFile.Case expected,
            Trial trial,
            @Nullable String fault) {}

    /**
     * Which rules decided cases.
     *
     * @param rules how many the policy has
     * @param missed those that decided none
     */
    private record Coverage(int rules, List<Rule> missed) {

        int percent() {
            return rules == 0 ? 100 : 100 * (rules - missed.size()) / rules;
        }
    }

    @Override
    public Integer call() throws IOException {
        LoadedPolicy loaded = PolicyFile.load(policyFile, layers.overrides(null));
        List<Outcome> outcomes = new ArrayList<>();
        for (Path file : caseFiles.isEmpty() ? List.of(besides(policyFile)) : caseFiles) {
            run(file, loaded, outcomes);
        }
        Coverage coverage = coverage(loaded, outcomes);
        if (junit != null) {
            JUnitReport.write(junit, loaded.policy().label(), outcomes);
        }
        if (json) {
            printJson(loaded, outcomes, coverage);
        } else {
            print(outcomes, coverage);
        }
        return failures(outcomes) > 0 || coverage.percent() < minCoverage ? SallyportCommand.NO : 0;
    }

    /** Returns the file of cases that belongs to a policy: {@code refunds.test.yaml} to {@code refunds.yaml}. */
    static Path besides(Path policy) {
        String name = String.valueOf(policy.getFileName());
        int dot = name.lastIndexOf('.');
        return policy.resolveSibling(
                dot < 0 ? name + ".test.yaml" : name.substring(0, dot) + ".test" + name.substring(dot));
    }

    private static void run(Path file, LoadedPolicy loaded, List<Outcome> outcomes) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("there is no file " + file + " of cases; name another with --cases FILE");
        }
        Problems problems = new Problems(String.valueOf(file.getFileName()));
        List<CaseFile.Case> cases = CaseFile.read(file, problems, loaded.policy(), ids(loaded));
        if (problems.errors()) {
            StringBuilder text = new StringBuilder(file + " is not valid:");
            for (Problem problem : problems.sorted()) {
                text.append('\n').append(problem);
            }
            throw new IOException(text.toString());
        }
        for (CaseFile.Case each : cases) {
            String place = problems.file() + ':' + each.line() + ':' + each.column();
            outcomes.add(outcome(place, each, loaded));
        }
    }

    private static Outcome outcome(String place, CaseFile.Case expected, LoadedPolicy loaded) {
        Rehearsal rehearsal = new Rehearsal(loaded.engine(), expected.now());
        for (CaseFile.Past past : expected.past()) {
            Trial before = rehearsal.trial(past.attempt(), past.times(), past.ago(), past.failed());
            if (before.last().decision().denied()) {
                Rule rule = before.last().decision().rule();
                String fault = "the earlier call in line " + past.line()
                        + " cannot have happened: it is denied by rule '" + rule.id() + "' (" + rule.source() + ')';
                return new Outcome(place, expected, before, fault);
            }
        }
        Trial trial = rehearsal.trial(expected.attempt(), expected.times());
        return new Outcome(place, expected, trial, fault(expected, trial));
    }

    private static Set<String> ids(LoadedPolicy loaded) {
        Set<String> ids = new LinkedHashSet<>();
        for (Rule rule : loaded.rules()) {
            ids.add(rule.id());
        }
        for (Rule rule : loaded.engine().builtInRules()) {
            ids.add(rule.id());
        }
        return ids;
    }

    private static @Nullable String fault(CaseFile.Case expected, Trial trial) {
        Trial.Step watched = expected.would() == null ? null : trial.wouldBeDenied();
        Trial.Step step = watched == null ? trial.last() : watched;
        Decision decision = step.decision();
        Action wouldBe = decision.would();
        String would = watched == null || wouldBe == null ? Action.ALLOW.label() : wouldBe.label();
        Rule rule = watched != null && decision.wouldRule() != null ? decision.wouldRule() : decision.rule();
        boolean right = (expected.decision() == null
                        || expected.decision()
                                .equals(trial.last().decision().action().label()))
                && (expected.would() == null || expected.would().equals(would))
                && (expected.rule() == null || expected.rule().equals(rule.id()))
                && (expected.stage() == null
                        || expected.stage().equals(step.call().stage().label()));
        if (right) {
            return null;
        }
        return "expected " + wish(expected) + ", and "
                + (watched != null ? "enforcement would " + would : "it is " + past(decision)) + " by rule '"
                + rule.id()
                + "' (" + rule.source() + ") at stage " + step.call().stage().label();
    }

    private static String past(Decision decision) {
        return decision.denied() ? "denied" : "allowed";
    }

    private static String wish(CaseFile.Case expected) {
        List<String> words = new ArrayList<>();
        if (expected.decision() != null) {
            words.add(expected.decision());
        }
        if (expected.would() != null) {
            words.add("would " + expected.would());
        }
        if (expected.rule() != null) {
            words.add("by rule '" + expected.rule() + "'");
        }
        if (expected.stage() != null) {
            words.add("at stage " + expected.stage());
        }
        return String.join(" ", words);
    }

    private static Coverage coverage(LoadedPolicy loaded, List<Outcome> outcomes) {
        Set<String> reached = new HashSet<>();
        for (Outcome outcome : outcomes) {
            for (Trial.Step step : outcome.trial().steps()) {
                if (step.decision().provisional()) {
                    continue;
                }
                reached.add(step.decision().rule().id());
                Rule would = step.decision().wouldRule();
                if (would != null) {
                    reached.add(would.id());
                }
            }
        }
        List<Rule> rules = loaded.rules();
        List<Rule> missed = new ArrayList<>();
        for (Rule rule : rules) {
            if (!reached.contains(rule.id())) {
                missed.add(rule);
            }
        }
        return new Coverage(rules.size(), missed);
    }

    private static int failures(List<Outcome> outcomes) {
        int failures = 0;
        for (Outcome outcome : outcomes) {
            failures += outcome.fault() == null ? 0 : 1;
        }
        return failures;
    }

    private void print(List<Outcome> outcomes, Coverage coverage) {
        PrintWriter out = terminal.out();
        for (Outcome outcome : outcomes) {
            String name = outcome.expected().name();
            out.println(
                    outcome.fault() == null
                            ? Style.ALLOWED.paint(Plain.text("ok    " + name), terminal.colour())
                            : Style.DENIED.paint(
                                    Plain.text("fail  " + outcome.place() + ": " + name + ": " + outcome.fault()),
                                    terminal.colour()));
        }
        for (Rule rule : coverage.missed()) {
            out.println(Style.WOULD_BE_DENIED.paint(
                    Plain.text("note  no case reaches rule '" + rule.id() + "' (" + rule.source() + ")"),
                    terminal.colour()));
        }
        int failures = failures(outcomes);
        out.println(outcomes.size() + (outcomes.size() == 1 ? " case, " : " cases, ") + failures + " failed, "
                + (coverage.rules() - coverage.missed().size()) + " of " + coverage.rules() + " rules reached ("
                + coverage.percent() + " %"
                + (coverage.percent() < minCoverage ? ", and " + minCoverage + " wanted" : "")
                + ")");
    }

    private void printJson(LoadedPolicy loaded, List<Outcome> outcomes, Coverage coverage) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("policy", loaded.policy().label());
            generator.writeNumberField("failed", failures(outcomes));
            generator.writeArrayFieldStart("cases");
            for (Outcome outcome : outcomes) {
                Trial.Step last = outcome.trial().last();
                generator.writeStartObject();
                generator.writeStringField("name", outcome.expected().name());
                generator.writeStringField("place", outcome.place());
                generator.writeBooleanField("ok", outcome.fault() == null);
                generator.writeStringField("decision", last.decision().action().label());
                generator.writeStringField("rule", last.decision().rule().id());
                generator.writeStringField("stage", last.call().stage().label());
                if (outcome.fault() != null) {
                    generator.writeStringField("fault", outcome.fault());
                }
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeObjectFieldStart("coverage");
            generator.writeNumberField("rules", coverage.rules());
            generator.writeNumberField("percent", coverage.percent());
            generator.writeArrayFieldStart("missed");
            for (Rule rule : coverage.missed()) {
                generator.writeString(rule.id());
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
