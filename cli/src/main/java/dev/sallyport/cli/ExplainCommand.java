package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.RuleTrace;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells one decision in words, and what every rule said of it. */
@Command(
        name = "explain",
        description =
                "Tell one decision of a journal in words, and what each rule of its policy said; or, with --policy and --to,"
                        + " --tool or --enter, what would become of a call that you make up.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 the decision was found, or the call would be allowed; 1 no journal holds it, or the call would be denied; 2"
                    + " wrong usage, or a file that cannot be read.",
            "",
            "For example:",
            "  sallyport explain d-01J9ZQ0V5N6Q4B7K3T2M1R8XWE",
            "  sallyport explain --policy refunds.yaml --agent refund --to https://api.psp.example/v1/refunds --method POST",
            "  sallyport explain --policy refunds.yaml --agent refund --via process --to /bin/sh"
        })
final class ExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            description = "The decision's id: what a refused caller is shown as ref.")
    private @Nullable String id;

    @Mixin
    private final AttemptOptions attempt = new AttemptOptions();

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Mixin
    private final JournalOption journal = new JournalOption();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy (default for a recorded decision: the file that the journal names).")
    private @Nullable Path policyFile;

    @Option(names = "--json", description = "Print one JSON object instead: entry, rules, notes.")
    private boolean json;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is known of a decision. */
    private record Found(
            JournalEntry entry, @Nullable JournalEntry policyInForce, JournalEntry.@Nullable Outcome outcome) {}

    /** What the rules said, and what there is to say about that. */
    private record Account(List<RuleTrace> rules, List<String> notes) {}

    @Override
    public Integer call() throws IOException {
        String wanted = id;
        if (attempt.given()) {
            if (wanted != null) {
                throw new ParameterException(spec.commandLine(), "Say an id or a call, not both");
            }
            return madeUp();
        }
        if (wanted == null) {
            throw new ParameterException(
                    spec.commandLine(), "Say which decision, or make a call up: --policy FILE --to HOST:PORT");
        }
        return recorded(wanted);
    }

    private int recorded(String wanted) throws IOException {
        List<Path> files = journal.files();
        Found found = find(files, wanted);
        if (found == null) {
            throw new UnknownDecisionException("no decision " + wanted + " in "
                    + (files.size() == 1
                            ? files.get(0)
                            : files.size() + " journals of " + files.get(0).getParent()));
        }
        Account account = account(found);
        if (json) {
            printJson(found.entry(), account);
        } else {
            print(found, account);
        }
        return 0;
    }

    private int madeUp() throws IOException {
        Path file = policyFile;
        if (file == null) {
            throw new ParameterException(spec.commandLine(), "Say by which policy: --policy FILE");
        }
        LoadedPolicy loaded = PolicyFile.load(file, layers.overrides(null));
        Attempt made = attempt.read(loaded.policy(), spec.commandLine());
        Trial trial = new Rehearsal(loaded.engine(), attempt.now()).trial(made, attempt.times());
        List<String> notes = new ArrayList<>();
        if (made.library().unknown()) {
            notes.add("no library was given: rules that name libraries take it for one that nobody knows");
        }
        if (made.host() != null && made.address() == null) {
            notes.add(
                    "no address was given: rules about addresses do not match, and names count whatever they resolve to");
        }
        if (json) {
            printJson(loaded, made, trial, notes);
        } else {
            print(loaded, made, trial, notes);
        }
        return trial.last().decision().denied() ? SallyportCommand.NO : 0;
    }

    private void print(LoadedPolicy loaded, Attempt made, Trial trial, List<String> notes) {
        PrintWriter out = terminal.out();
        Decision decision = trial.last().decision();
        boolean denied = decision.denied();
        out.println((denied ? Style.DENIED : Style.ALLOWED)
                .paint(
                        Plain.text((denied ? "DENIED " : "ALLOWED ") + made.agent() + " -> " + made.where()),
                        terminal.colour()));
        Trial.Step watched = trial.wouldBeDenied();
        for (Trial.Step step : trial.steps()) {
            Decision each = step.decision();
            String outcome = each.denied() ? "denied" : each.provisional() ? "goes on" : "allowed";
            Rule would = each.wouldRule();
            out.println(Plain.text("  " + pad(step.call().stage().label(), 11) + outcome + " by "
                    + each.rule().id() + " ("
                    + each.rule().source() + "): " + step.why()
                    + (would == null || each.would() == each.action()
                            ? ""
                            : "; enforced, " + would.id() + " would have denied it")));
        }
        Trial.Step told = watched == null ? trial.last() : watched;
        if (told.call().stage() != Stage.DELEGATION) {
            out.println();
            out.println(
                    "What each rule says at the stage " + told.call().stage().label() + ":");
            out.println();
            printRules(loaded.engine().explain(told.call()));
        }
        for (String note : notes) {
            out.println();
            out.println(Plain.text("note  " + note));
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private void printJson(LoadedPolicy loaded, Attempt made, Trial trial, List<String> notes) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("agent", made.agent());
            generator.writeStringField("target", made.where());
            generator.writeStringField(
                    "decision", trial.last().decision().action().label());
            generator.writeStringField("rule", trial.last().decision().rule().id());
            generator.writeArrayFieldStart("steps");
            for (Trial.Step step : trial.steps()) {
                Decision decision = step.decision();
                generator.writeStartObject();
                generator.writeStringField("stage", step.call().stage().label());
                generator.writeStringField("via", step.call().via().label());
                generator.writeStringField("decision", decision.action().label());
                generator.writeStringField("rule", decision.rule().id());
                generator.writeStringField("mode", decision.mode().label());
                Rule wouldRule = decision.wouldRule();
                if (decision.would() != null && wouldRule != null) {
                    generator.writeStringField("would", decision.would().label());
                    generator.writeStringField("wouldRule", wouldRule.id());
                }
                generator.writeBooleanField("provisional", decision.provisional());
                generator.writeStringField("why", step.why());
                generator.writeArrayFieldStart("rules");
                if (step.call().stage() != Stage.DELEGATION) {
                    writeRules(generator, loaded.engine().explain(step.call()));
                }
                generator.writeEndArray();
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("notes");
            for (String note : notes) {
                generator.writeString(note);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }

    private static @Nullable Found find(List<Path> files, String id) throws IOException {
        String wanted = id.toUpperCase(Locale.ROOT);
        String whole = wanted.startsWith("D-") ? wanted : "D-" + wanted;
        List<Found> hits = new ArrayList<>(1);
        for (Path file : files) {
            JournalEntry[] inForce = new JournalEntry[1];
            JournalOption.visitAll(List.of(file), entry -> {
                if (entry.stage().equals("policy") && !entry.denied()) {
                    inForce[0] = entry;
                }
                JournalEntry.Outcome outcome = entry.outcome();
                if (outcome == null) {
                    if (entry.id().toUpperCase(Locale.ROOT).equals(whole)) {
                        hits.add(new Found(entry, inForce[0], null));
                    }
                } else if (!hits.isEmpty()
                        && outcome.of().equals(hits.get(0).entry().id())) {
                    hits.set(0, new Found(hits.get(0).entry(), hits.get(0).policyInForce(), outcome));
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
            LoadedPolicy loaded = PolicyLoader.load(file, layers.overrides(monitor ? Mode.MONITOR : null));
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

    private void print(Found found, Account account) {
        JournalEntry entry = found.entry();
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
        field("task", entry.task());
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
        field("ended", ended(found.outcome()));
        if (!account.rules().isEmpty()) {
            out.println();
            printRules(account.rules());
        }
        for (String note : account.notes()) {
            out.println();
            out.println(Plain.text("note  " + note));
        }
    }

    private static @Nullable String ended(JournalEntry.@Nullable Outcome outcome) {
        if (outcome == null) {
            return null;
        }
        String how = outcome.error() == null
                ? "well"
                : outcome.error().equals("result") ? "with an error as its answer" : "by " + outcome.error();
        return how + ", after " + outcome.micros() + " us";
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
            case "task" -> "start the task " + entry.asked();
            default -> entry.stage() + " " + entry.asked();
        };
        String rule = entry.rule() == null ? "the policy" : "the rule " + entry.rule();
        String outcome = entry.denied() ? rule + " denied it" : rule + " allowed it";
        boolean another = entry.wouldBeDenied() && !Objects.equals(entry.rule(), entry.wouldRule());
        String would = another || (entry.wouldBeDenied() && !entry.denied())
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
            writeRules(generator, account.rules());
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

    private static void writeRules(JsonGenerator generator, List<RuleTrace> rules) throws IOException {
        for (RuleTrace trace : rules) {
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
    }

    /** No journal holds the decision that was asked for. */
    static final class UnknownDecisionException extends IOException {

        private static final long serialVersionUID = 1L;

        UnknownDecisionException(String message) {
            super(message);
        }
    }
}
