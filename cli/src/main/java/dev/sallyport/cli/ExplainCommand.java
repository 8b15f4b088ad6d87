package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.RuleTrace;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells one decision in words, and what every rule said of it. */
@Command(
        name = "explain",
        description = "Tell one decision of a journal in words, and what each rule of its policy said.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = "0 the decision was found; 1 no journal holds it; 2 a file cannot be read.")
final class ExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "ID", description = "The decision's id: what a refused caller is shown as ref.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String id;

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy (default: the file that the journal names, if it is still there).")
    private @Nullable Path policyFile;

    @Option(names = "--json", description = "Print one JSON object instead: entry, rules, notes.")
    private boolean json;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is known of a decision. */
    private record Found(JournalEntry entry, @Nullable JournalEntry policyInForce) {}

    /** What the rules said, and what there is to say about that. */
    private record Account(List<RuleTrace> rules, List<String> notes) {}

    @Override
    public Integer call() throws IOException {
        List<Path> files = journal.files();
        Found found = find(files);
        if (found == null) {
            throw new UnknownDecisionException("no decision " + id + " in "
                    + (files.size() == 1
                            ? files.get(0)
                            : files.size() + " journals of " + files.get(0).getParent()));
        }
        Account account = account(found);
        if (json) {
            printJson(found.entry(), account);
        } else {
            print(found.entry(), account);
        }
        return 0;
    }

    private @Nullable Found find(List<Path> files) throws IOException {
        String wanted = id.toUpperCase(Locale.ROOT);
        String whole = wanted.startsWith("D-") ? wanted : "D-" + wanted;
        List<Found> hits = new ArrayList<>(1);
        for (Path file : files) {
            JournalEntry[] inForce = new JournalEntry[1];
            JournalOption.visit(List.of(file), entry -> {
                if (entry.stage().equals("policy") && !entry.denied()) {
                    inForce[0] = entry;
                }
                if (entry.id().toUpperCase(Locale.ROOT).equals(whole)) {
                    hits.add(new Found(entry, inForce[0]));
                }
            });
            if (!hits.isEmpty()) {
                return hits.get(0);
            }
        }
        return null;
    }

    private Account account(Found found) {
        List<String> notes = new ArrayList<>();
        Call call = RecordedCall.of(found.entry());
        if (call == null) {
            return new Account(List.of(), notes);
        }
        Path file = policyFile;
        JournalEntry inForce = found.policyInForce();
        if (file == null && inForce != null && inForce.target().file() != null) {
            file = Path.of(inForce.target().file());
            if (!Files.exists(file)) {
                notes.add("the policy " + file + " is not there any more; name another with --policy FILE");
                return new Account(List.of(), notes);
            }
        }
        if (file == null) {
            notes.add("the journal does not say where the policy is; name it with --policy FILE");
            return new Account(List.of(), notes);
        }
        boolean monitor = inForce != null && inForce.mode().equals(Mode.MONITOR.label());
        try {
            LoadedPolicy loaded = PolicyLoader.load(file, new Overrides(monitor ? Mode.MONITOR : null, null));
            JournalEntry.PolicyId recorded = found.entry().policy();
            if (recorded != null && !recorded.digest().equals(loaded.policy().digest())) {
                notes.add(file + " is not the policy that decided (" + recorded + ", SHA-256 " + recorded.digest()
                        + "): what follows is what it would say now");
            }
            if (call.http() != null) {
                notes.add("a journal keeps no headers: rules about headers are judged as if there were none");
            }
            return new Account(loaded.engine().explain(call), notes);
        } catch (PolicyException e) {
            notes.add("the policy cannot be read: " + e.problems().get(0));
            return new Account(List.of(), notes);
        }
    }

    private void print(JournalEntry entry, Account account) {
        PrintWriter out = terminal.out();
        Style style = entry.denied() ? Style.DENIED : Style.ALLOWED;
        out.println(style.paint(Plain.text(sentence(entry)), terminal.colour()));
        out.println();
        field("id", entry.id());
        field("time", entry.time());
        field("agent", agent(entry));
        field("target", target(entry));
        field(
                "claimed",
                entry.claimed() == null ? null : entry.claimed() + ", a name that this JVM never saw resolve so");
        field("code", code(entry));
        field("tool", entry.toolCall() == null ? entry.tool() : entry.tool() + " (call " + entry.toolCall() + ")");
        field("rule", rule(entry));
        field(
                "policy",
                entry.policy() == null
                        ? null
                        : entry.policy() + ", SHA-256 " + entry.policy().digest());
        field(
                "trace",
                entry.trace() == null
                        ? null
                        : entry.trace().traceId() + " span " + entry.trace().spanId());
        field("reason", entry.reason());
        if (!account.rules().isEmpty()) {
            out.println();
            printRules(account.rules());
        }
        for (String note : account.notes()) {
            out.println();
            out.println(Plain.text("note  " + note));
        }
    }

    private void printRules(List<RuleTrace> rules) {
        Table table = new Table(terminal, "", "rule", "action", "mode", "where", "matches", "because");
        for (RuleTrace trace : rules) {
            table.measure(row(trace));
        }
        table.printHead();
        for (RuleTrace trace : rules) {
            table.print(trace.decides() ? Style.HEAD : Style.PLAIN, -1, row(trace));
        }
    }

    private static String[] row(RuleTrace trace) {
        Rule rule = trace.rule();
        return new String[] {
            trace.decides() ? "=>" : "",
            rule.id(),
            rule.action().label(),
            rule.mode().label(),
            rule.source(),
            trace.match().name().toLowerCase(Locale.ROOT),
            Plain.text(trace.why())
        };
    }

    private void field(String name, @Nullable String value) {
        if (value != null) {
            terminal.out().println("  " + name + " ".repeat(9 - name.length()) + Plain.text(value));
        }
    }

    private static String sentence(JournalEntry entry) {
        String agent = entry.agent();
        if (agent == null) {
            return switch (entry.stage()) {
                case "policy" -> entry.denied() ? "A changed policy was rejected." : "A policy came into force.";
                default -> entry.count() + " decisions are not in this journal.";
            };
        }
        String wish = switch (entry.stage()) {
            case "name" -> "ask for the name " + entry.asked();
            case "connect", "unix" -> "connect to " + entry.asked();
            case "http" -> "request " + entry.asked();
            case "tool" -> "call the tool " + entry.asked();
            case "process" -> "start " + entry.asked();
            case "native" -> "load " + entry.asked();
            case "delegation" -> "enter the agent " + entry.asked();
            default -> entry.stage() + " " + entry.asked();
        };
        String rule = entry.rule() == null ? "the policy" : "the rule " + entry.rule();
        String outcome = entry.denied() ? rule + " denied it" : rule + " allowed it";
        String would = "deny".equals(entry.would())
                ? "; enforced, the rule " + entry.wouldRule() + " would have denied it"
                : "";
        return "The agent " + agent + " wanted to " + wish + "; " + outcome + would + ".";
    }

    private static @Nullable String agent(JournalEntry entry) {
        String agent = entry.agent();
        if (agent == null) {
            return null;
        }
        String chain = entry.chain().isEmpty() ? agent : String.join(" -> ", entry.chain());
        return entry.subject() == null ? chain : chain + ", for " + entry.subject();
    }

    private static String target(JournalEntry entry) {
        String text = entry.asked();
        String address = entry.target().address();
        String via = entry.via() == null ? "" : " by " + entry.via();
        return (address == null || text.contains(address) ? text : text + " (" + address + ")") + via;
    }

    private static @Nullable String code(JournalEntry entry) {
        String library = entry.library();
        if (library == null) {
            return entry.site();
        }
        String at = entry.site() == null ? library : library + " at " + entry.site();
        return entry.transport() == null ? at : at + ", through " + entry.transport();
    }

    private static @Nullable String rule(JournalEntry entry) {
        String rule = entry.rule();
        if (rule == null) {
            return null;
        }
        return rule + " (" + entry.mode() + ")"
                + (entry.wouldRule() == null ? "" : ", monitored: " + entry.wouldRule() + " would " + entry.would());
    }

    private void printJson(JournalEntry entry, Account account) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeFieldName("entry");
            generator.writeRawValue(Json.of(entry));
            generator.writeArrayFieldStart("rules");
            for (RuleTrace trace : account.rules()) {
                generator.writeStartObject();
                generator.writeStringField("id", trace.rule().id());
                generator.writeStringField("action", trace.rule().action().label());
                generator.writeStringField("mode", trace.rule().mode().label());
                generator.writeStringField("where", trace.rule().source());
                generator.writeStringField("matches", trace.match().name().toLowerCase(Locale.ROOT));
                generator.writeStringField("because", trace.why());
                generator.writeBooleanField("decides", trace.decides());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("notes");
            for (String note : account.notes()) {
                generator.writeString(note);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }

    /** No journal holds the decision that was asked for. */
    static final class UnknownDecisionException extends IOException {

        private static final long serialVersionUID = 1L;

        UnknownDecisionException(String message) {
            super(message);
        }
    }
}
