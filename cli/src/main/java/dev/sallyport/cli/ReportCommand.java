package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints journals as a table, with counts. */
@Command(
        name = "report",
        description = "Print what the agents of a journal did, and what was refused.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer =
                "0 the report was printed; 2 a journal cannot be read.%n%nFor example: sallyport report --denied --journal"
                        + " audit")
final class ReportCommand implements Callable<Integer> {

    private static final int DECISION = 5;

    private final Terminal terminal;

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(names = "--denied", description = "Only what was denied, or would have been if rules were enforced.")
    private boolean deniedOnly;

    @Option(names = "--json", description = "Print one JSON object instead: journals, entries, counts, problems.")
    private boolean json;

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<Path> files = journal.files();
        if (json) {
            printJson(files);
        } else {
            printTable(files);
        }
        return 0;
    }

    private void printTable(List<Path> files) throws IOException {
        // in two passes, so that a journal of any size is printed in constant memory
        Table table = new Table(terminal, "time (UTC)", "agent", "what", "target", "library", "decision", "rule");
        Counts counts = new Counts();
        List<JournalReader.Problem> problems = JournalOption.visit(files, entry -> {
            if (wanted(entry)) {
                table.measure(row(entry));
                counts.add(entry);
            }
        });
        table.printHead();
        JournalOption.visit(files, entry -> {
            if (wanted(entry)) {
                table.print(style(entry), DECISION, row(entry));
            }
        });
        counts.print(terminal);
        PrintWriter out = terminal.out();
        for (JournalReader.Problem problem : problems) {
            out.println(Style.WOULD_BE_DENIED.paint("note  " + Plain.text(problem.toString()), terminal.colour()));
        }
        out.println("journal  "
                + (files.size() == 1
                        ? files.get(0)
                        : files.size() + " files in " + files.get(0).getParent()));
    }

    private void printJson(List<Path> files) throws IOException {
        Counts counts = new Counts();
        PrintWriter out = terminal.out();
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("journals");
            for (Path file : files) {
                generator.writeString(file.toString());
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("entries");
            List<JournalReader.Problem> problems = JournalOption.visit(files, entry -> {
                if (wanted(entry)) {
                    counts.add(entry);
                    generator.writeRawValue(Json.of(entry));
                }
            });
            generator.writeEndArray();
            generator.writeObjectFieldStart("counts");
            counts.write(generator);
            generator.writeEndObject();
            generator.writeArrayFieldStart("problems");
            for (JournalReader.Problem problem : problems) {
                generator.writeString(problem.toString());
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        out.println();
    }

    private boolean wanted(JournalEntry entry) {
        return !deniedOnly || entry.denied() || entry.wouldBeDenied();
    }

    private static String[] row(JournalEntry entry) {
        String agent = entry.agent();
        String library = entry.library();
        return new String[] {
            clock(entry.time()),
            Plain.text(agent == null ? "-" : agent),
            what(entry),
            Plain.text(target(entry)),
            Plain.text(library == null ? "-" : library),
            outcome(entry),
            Plain.text(rule(entry))
        };
    }

    /** The time of day to the millisecond. */
    private static String clock(String time) {
        return time.length() >= 23 && time.charAt(10) == 'T' ? time.substring(11, 23) : Plain.text(time);
    }

    static String what(JournalEntry entry) {
        String via = entry.via();
        return Plain.text(
                entry.stage().equals("connect") && via != null && !via.equals("http")
                        ? "connect " + via
                        : entry.stage());
    }

    private static String target(JournalEntry entry) {
        String reason = entry.reason();
        String target = entry.asked();
        return reason != null && entry.denied() ? (target.equals("-") ? reason : target + ": " + reason) : target;
    }

    static String outcome(JournalEntry entry) {
        return switch (entry.stage()) {
            case "policy" -> entry.denied() ? "rejected" : "in force";
            case "journal" -> entry.count() + " lost";
            default ->
                entry.decision().equals("allow") && entry.wouldBeDenied()
                        ? "allow (would deny)"
                        : Plain.text(entry.decision());
        };
    }

    /** The rule that decided, or would have; for a policy, which one it is. */
    private static String rule(JournalEntry entry) {
        String would = entry.wouldRule();
        String rule = would != null && entry.wouldBeDenied() ? would : entry.rule();
        if (rule != null) {
            return rule;
        }
        return entry.policy() == null ? "-" : entry.policy().toString();
    }

    private static Style style(JournalEntry entry) {
        if (entry.denied()) {
            return Style.DENIED;
        }
        return entry.wouldBeDenied() ? Style.WOULD_BE_DENIED : Style.ALLOWED;
    }

    /** How often what was decided, by agent and by rule; what is not about a call is not counted. */
    private static final class Counts {

        private final Map<String, Long> decisions = new TreeMap<>();
        private final Map<String, Long> agents = new TreeMap<>();
        private final Map<String, Long> rules = new TreeMap<>();
        private long lost;

        void add(JournalEntry entry) {
            if (entry.stage().equals("journal")) {
                lost += entry.count();
            } else if (!entry.stage().equals("policy")) {
                String agent = entry.agent();
                count(decisions, outcome(entry), entry.count());
                count(agents, agent == null ? "-" : agent, entry.count());
                count(rules, rule(entry), entry.count());
            }
        }

        private static void count(Map<String, Long> counts, String key, long count) {
            counts.merge(key, count, Long::sum);
        }

        void print(Terminal terminal) {
            PrintWriter out = terminal.out();
            out.println();
            print(terminal, "decisions", decisions);
            print(terminal, "agents", agents);
            print(terminal, "rules", rules);
            if (lost > 0) {
                out.println(
                        Style.DENIED.paint("lost  " + lost + " decisions are not in this journal", terminal.colour()));
            }
        }

        private static void print(Terminal terminal, String name, Map<String, Long> counts) {
            StringBuilder line = new StringBuilder(name).append("  ");
            if (counts.isEmpty()) {
                line.append("none");
            }
            counts.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .forEach(e -> line.append(line.charAt(line.length() - 1) == ' ' ? "" : ", ")
                            .append(e.getValue())
                            .append(' ')
                            .append(Plain.text(e.getKey())));
            terminal.out().println(line);
        }

        void write(JsonGenerator generator) throws IOException {
            write(generator, "decision", decisions);
            write(generator, "agent", agents);
            write(generator, "rule", rules);
            generator.writeNumberField("lost", lost);
        }

        private static void write(JsonGenerator generator, String name, Map<String, Long> counts) throws IOException {
            generator.writeObjectFieldStart(name);
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                generator.writeNumberField(count.getKey(), count.getValue());
            }
            generator.writeEndObject();
        }
    }
}
