package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalReader;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the least policy that a journal needs. */
@Command(
        name = "learn",
        description = "Write the least policy that allows what a journal shows, as a first draft: it only watches.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 the policy allows every call that happened; 1 there are calls that no rule can allow alone, which its last lines"
                    + " name; 2 a file cannot be read.",
            "",
            "What a rule of the policy in force refuses, or would refuse, is not learned but named. Hosts whose names rotate are"
                    + " taken for one (*.cdn.shop.example) where their parent is one's own, never where anybody can have a"
                    + " name; segments of paths that look like ids become *.",
            "",
            "For example: sallyport learn --journal audit --policy refunds.yaml -o learned.yaml"
        })
final class LearnCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy that was in force: its agents are kept, and those that did nothing are named.")
    private @Nullable Path policyFile;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(names = "--name", defaultValue = "learned", description = "The policy's name (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(names = "--all", description = "Learn also what rules of the policy in force refuse.")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it there (default: standard output).")
    private @Nullable Path output;

    @Option(names = "--json", description = "Print one JSON object instead: policy, rules, calls, remarks, uncovered.")
    private boolean json;

    LearnCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Policy known = policyFile == null
                ? null
                : PolicyFile.load(policyFile, layers.overrides(null)).policy();
        List<Path> files = journal.files();
        Learned learned = new Learned();
        List<JournalReader.Problem> problems = JournalOption.visit(files, entry -> learned.add(entry, all));
        LearnedPolicy written = new LearnedPolicy(learned, known);
        String text = written.write(name, learned.last.isEmpty() ? "1" : learned.last.substring(0, 10));
        Map<String, Long> uncovered = uncovered(files, text);
        List<String> remarks = new ArrayList<>(written.remarks());
        problems.forEach(problem -> remarks.add(problem.toString()));
        uncovered.forEach((call, count) -> remarks.add("would still be refused, " + count + "x: " + call));
        StringBuilder whole = new StringBuilder(text);
        for (String remark : remarks) {
            whole.append(remarks.indexOf(remark) == 0 ? "\n# " : "# ")
                    .append(Plain.text(remark))
                    .append('\n');
        }
        if (output != null) {
            Files.writeString(output, whole);
        }
        if (json) {
            printJson(whole.toString(), written.rules(), learned.calls, remarks, uncovered.size());
        } else if (output == null) {
            terminal.out().print(whole);
        } else {
            terminal.out()
                    .println(output + ": " + written.rules() + " rules from " + learned.calls + " calls, "
                            + remarks.size() + " remarks at its end");
        }
        return uncovered.isEmpty() ? 0 : SallyportCommand.NO;
    }

    /** Reads the policy as the agent would, and puts every call that happened to it. */
    private Map<String, Long> uncovered(List<Path> files, String text) throws IOException {
        Path draft = Files.createTempFile("learned", ".yaml");
        try {
            Files.writeString(draft, text);
            PolicyEngine engine = PolicyLoader.load(draft, Overrides.NONE).engine();
            Map<String, Long> uncovered = new TreeMap<>();
            JournalOption.visit(files, entry -> {
                Replay.Verdict verdict = Replay.verdict(engine, entry);
                if (verdict != null && verdict.enforced() != Action.ALLOW && Learned.isLearned(entry, all)) {
                    uncovered.merge(
                            entry.agent() + " " + entry.stage() + " " + entry.asked() + " of " + entry.library(),
                            entry.count(),
                            Long::sum);
                }
            });
            return uncovered;
        } catch (PolicyException e) {
            throw new IOException("what was learned is no policy: " + e + "\n" + text, e);
        } finally {
            Files.delete(draft);
        }
    }

    private void printJson(String policy, int rules, long calls, List<String> remarks, int uncovered)
            throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("policy", policy);
            generator.writeNumberField("rules", rules);
            generator.writeNumberField("calls", calls);
            generator.writeNumberField("uncovered", uncovered);
            generator.writeArrayFieldStart("remarks");
            for (String remark : remarks) {
                generator.writeString(remark);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
