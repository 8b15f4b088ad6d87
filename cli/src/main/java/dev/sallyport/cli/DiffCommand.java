package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.load.Overrides;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says which recorded calls two policies decide differently. */
@Command(
        name = "diff",
        description = "Say which calls of a journal would be decided differently by another policy.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 every recorded call is decided alike; 1 some are not; 2 a file cannot be read or is not valid.",
            "",
            "A call that was refused at one step never came to the next: what would have become of it there is not known.",
            "",
            "For example: sallyport diff refunds.yaml refunds.next.yaml --journal audit"
        })
final class DiffCommand implements Callable<Integer> {

    private static final int SAMPLES = 3;

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "OLD", description = "The policy as it was.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path oldFile;

    @Parameters(index = "1", paramLabel = "NEW", description = "The policy as it may become.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path newFile;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(
            names = "--mode",
            description = "Read both policies as if the agent was given this mode: ${COMPLETION-CANDIDATES}.")
    private @Nullable Mode mode;

    @Option(names = "--rules", description = "Also calls that come out alike by another rule.")
    private boolean rules;

    @Option(names = "--json", description = "Print one JSON object instead: calls, changed, groups.")
    private boolean json;

    DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What calls have in common that change alike. */
    private record Key(
            String agent, String stage, String target, String library, Replay.Verdict before, Replay.Verdict after) {}

    /** Calls that change alike. */
    private static final class Group {

        private long calls;
        private final List<String> samples = new ArrayList<>(SAMPLES);

        void add(JournalEntry entry) {
            calls += entry.count();
            if (samples.size() < SAMPLES) {
                samples.add(entry.id());
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Overrides overrides = layers.overrides(mode);
        PolicyEngine before = PolicyFile.load(oldFile, overrides).engine();
        PolicyEngine after = PolicyFile.load(newFile, overrides).engine();
        Map<Key, Group> groups = new HashMap<>();
        long[] calls = new long[2];
        List<JournalReader.Problem> problems = JournalOption.visit(journal.files(), entry -> {
            Replay.Verdict old = Replay.verdict(before, entry);
            Replay.Verdict now = Replay.verdict(after, entry);
            if (old == null && now == null) {
                return;
            }
            calls[0] += entry.count();
            Replay.Verdict first = old == null ? Replay.Verdict.NOTHING : old;
            Replay.Verdict second = now == null ? Replay.Verdict.NOTHING : now;
            if (!alike(first, second)) {
                calls[1] += entry.count();
                groups.computeIfAbsent(key(entry, first, second), key -> new Group())
                        .add(entry);
            }
        });
        List<Map.Entry<Key, Group>> sorted = new ArrayList<>(groups.entrySet());
        sorted.sort(Comparator.comparingLong((Map.Entry<Key, Group> each) -> -each.getValue().calls)
                .thenComparing(each -> each.getKey().toString()));
        if (json) {
            printJson(sorted, calls[0], calls[1]);
        } else {
            print(sorted, calls[0], calls[1], problems);
        }
        return groups.isEmpty() ? 0 : SallyportCommand.NO;
    }

    private boolean alike(Replay.Verdict before, Replay.Verdict after) {
        return before.happens() == after.happens()
                && before.enforced() == after.enforced()
                && (!rules || before.rule().equals(after.rule()));
    }

    private static Key key(JournalEntry entry, Replay.Verdict before, Replay.Verdict after) {
        return new Key(
                entry.agent() == null ? "-" : entry.agent(),
                entry.stage(),
                entry.asked(),
                entry.library() == null ? "-" : entry.library(),
                before,
                after);
    }

    private void print(
            List<Map.Entry<Key, Group>> groups, long calls, long changed, List<JournalReader.Problem> problems) {
        PrintWriter out = terminal.out();
        Table table = new Table(terminal, "calls", "agent", "what", "target", "library", "before", "after", "such as");
        for (Map.Entry<Key, Group> group : groups) {
            table.measure(row(group));
        }
        if (!groups.isEmpty()) {
            table.printHead();
        }
        for (Map.Entry<Key, Group> group : groups) {
            boolean denied = group.getKey().after().enforced() != Action.ALLOW;
            table.print(denied ? Style.DENIED : Style.ALLOWED, 6, row(group));
        }
        for (JournalReader.Problem problem : problems) {
            out.println(Style.WOULD_BE_DENIED.paint("note  " + Plain.text(problem.toString()), terminal.colour()));
        }
        out.println(calls + (calls == 1 ? " call, " : " calls, ") + changed + " decided differently");
    }

    private static String[] row(Map.Entry<Key, Group> group) {
        Key key = group.getKey();
        return new String[] {
            String.valueOf(group.getValue().calls),
            Plain.text(key.agent()),
            key.stage(),
            Plain.text(key.target()),
            Plain.text(key.library()),
            Plain.text(key.before().text()),
            Plain.text(key.after().text()),
            group.getValue().samples.get(0)
        };
    }

    private void printJson(List<Map.Entry<Key, Group>> groups, long calls, long changed) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeNumberField("calls", calls);
            generator.writeNumberField("changed", changed);
            generator.writeArrayFieldStart("groups");
            for (Map.Entry<Key, Group> group : groups) {
                Key key = group.getKey();
                generator.writeStartObject();
                generator.writeNumberField("calls", group.getValue().calls);
                generator.writeStringField("agent", key.agent());
                generator.writeStringField("stage", key.stage());
                generator.writeStringField("target", key.target());
                generator.writeStringField("library", key.library());
                write(generator, "before", key.before());
                write(generator, "after", key.after());
                generator.writeArrayFieldStart("samples");
                for (String sample : group.getValue().samples) {
                    generator.writeString(sample);
                }
                generator.writeEndArray();
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }

    private static void write(JsonGenerator generator, String name, Replay.Verdict verdict) throws IOException {
        generator.writeObjectFieldStart(name);
        generator.writeStringField("decision", verdict.happens().label());
        generator.writeStringField("enforced", verdict.enforced().label());
        generator.writeStringField("rule", verdict.rule());
        generator.writeEndObject();
    }
}
