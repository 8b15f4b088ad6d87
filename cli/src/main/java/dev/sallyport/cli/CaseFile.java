package dev.sallyport.cli;

import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.load.Durations;
import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.Reading;
import dev.sallyport.policy.load.Suggestion;
import dev.sallyport.policy.load.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the cases that a policy is tested with. */
final class CaseFile {

    private static final List<String> CASE_KEYS = List.of("name", "now", "past", "call", "expect");
    private static final List<String> CALL_KEYS = List.of(
            "agent", "via", "to", "address", "http", "library", "tool", "args", "enter", "subject", "task", "times");
    private static final List<String> PAST_KEYS = join(CALL_KEYS, "ago", "failed");
    private static final List<String> TASK_KEYS = List.of("name", "params");
    private static final List<String> HTTP_KEYS = List.of("method", "path", "header");
    private static final List<String> EXPECT_KEYS = List.of("decision", "rule", "would", "stage");
    private static final List<String> DECISIONS = List.of("allow", "deny");
    private static final List<String> WOULD = List.of("allow", "deny", "approve");

    /** As far back as limits look. */
    private static final long MOST_AGO = Duration.ofDays(366).toNanos();

    private final Problems problems;
    private final Reading reading;
    private final Policy policy;
    private final Collection<String> ruleIds;

    private CaseFile(Problems problems, Policy policy, Collection<String> ruleIds) {
        this.problems = problems;
        this.reading = new Reading(problems);
        this.policy = policy;
        this.ruleIds = ruleIds;
    }

    private static List<String> join(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all;
    }

    /**
     * Something that was done before what is tried.
     *
     * @param line the line where it stands
     * @param attempt what was done
     * @param times how often, one after the other
     * @param ago how long ago
     * @param failed whether it failed
     */
    record Past(int line, Attempt attempt, int times, Duration ago, boolean failed) {}

    /**
     * One case.
     *
     * @param name what it is called
     * @param line the line of what it expects
     * @param column the column there
     * @param now when it is tried, null for the time that it is
     * @param past what was done before, in the order of its times
     * @param attempt what is tried
     * @param times how often, one after the other
     * @param decision {@code allow} or {@code deny}, null if any will do
     * @param rule the id of the rule that must decide, null if any may
     * @param would what enforcement would have to do, null if nothing is said of it
     * @param stage the step at which it is decided, null if any
     */
    record Case(
            String name,
            int line,
            int column,
            @Nullable Instant now,
            List<Past> past,
            Attempt attempt,
            int times,
            @Nullable String decision,
            @Nullable String rule,
            @Nullable String would,
            @Nullable String stage) {}

    /**
     * Returns the cases in {@code file}; those that are broken are noted in {@code problems} and left out.
     *
     * @param ruleIds the ids that the policy and the product know
     * @throws IOException if the file cannot be read
     */
    static List<Case> read(Path file, Problems problems, Policy policy, Collection<String> ruleIds) throws IOException {
        Node root = YamlFile.read(file, problems);
        return root == null ? List.of() : new CaseFile(problems, policy, ruleIds).cases(root);
    }

    private List<Case> cases(Node root) {
        List<Case> cases = new ArrayList<>();
        List<Node> items = reading.list(root, "a file of cases");
        if (items == null) {
            return cases;
        }
        for (Node item : items) {
            Node.Mapping mapping = reading.mapping(item, "a case", CASE_KEYS, List.of());
            Case read = mapping == null ? null : read(mapping);
            if (read != null) {
                cases.add(read);
            }
        }
        return cases;
    }

    private @Nullable Case read(Node.Mapping mapping) {
        Node expectNode = mapping.get("expect");
        Node callNode = mapping.get("call");
        Node.Mapping call = reading.mapping(callNode, "'call'", CALL_KEYS, List.of());
        Node.Mapping expect = reading.mapping(expectNode, "'expect'", EXPECT_KEYS, List.of());
        if (call == null || expect == null || expectNode == null) {
            if (callNode == null || expectNode == null) {
                problems.error(mapping, "a case needs 'call' and 'expect'");
            }
            return null;
        }
        if (expect.entries().isEmpty()) {
            problems.error(expect, "'expect' is empty", "write 'expect: {decision: deny}'");
        }
        int decision = reading.choice(expect.get("decision"), "'decision'", DECISIONS);
        int would = reading.choice(expect.get("would"), "'would'", WOULD);
        Node.Scalar rule = reading.word(expect.get("rule"), "'rule'");
        if (rule != null && !ruleIds.contains(rule.text())) {
            String suggestion = Suggestion.of(rule.text(), ruleIds);
            problems.error(rule, "the policy has no rule '" + rule.text() + "'", suggestion);
        }
        Attempt attempt = attempt(call, null);
        String name = reading.text(mapping.get("name"), "'name'");
        return attempt == null
                ? null
                : new Case(
                        name == null ? attempt.agent() + " -> " + attempt.where() : name,
                        expectNode.line(),
                        expectNode.column(),
                        now(mapping.get("now")),
                        past(mapping.get("past"), call),
                        attempt,
                        times(call.get("times")),
                        decision < 0 ? null : DECISIONS.get(decision),
                        rule == null ? null : rule.text(),
                        would < 0 ? null : WOULD.get(would),
                        reading.text(expect.get("stage"), "'stage'"));
    }

    private @Nullable Instant now(@Nullable Node node) {
        Node.Scalar word = reading.word(node, "'now'");
        if (word == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(word.text()).toInstant();
        } catch (DateTimeParseException e) {
            problems.error(word, "'" + word.text() + "' is no time", "write such as 2026-11-28T09:30:00Z");
            return null;
        }
    }

    /** Reads what was done before; what it does not say of its task and subject is as in the call. */
    private List<Past> past(@Nullable Node node, Node.Mapping call) {
        List<Past> past = new ArrayList<>();
        List<Node> items = reading.list(node, "'past'");
        for (Node item : items == null ? List.<Node>of() : items) {
            Node.Mapping before = reading.mapping(item, "an earlier call", PAST_KEYS, List.of());
            Attempt attempt = before == null ? null : attempt(before, call);
            if (before == null || attempt == null) {
                continue;
            }
            Node ago = before.get("ago");
            long nanos = ago == null ? 0 : Durations.nanos(reading, ago, "'ago'", 0, MOST_AGO);
            int failed = reading.choice(before.get("failed"), "'failed'", List.of("true", "false"));
            past.add(
                    new Past(before.line(), attempt, times(before.get("times")), Duration.ofNanos(nanos), failed == 0));
        }
        past.sort(Comparator.comparing(Past::ago).reversed());
        return past;
    }

    private int times(@Nullable Node node) {
        Node.Scalar word = reading.word(node, "'times'");
        if (word == null) {
            return 1;
        }
        if (!word.text().matches("[1-9][0-9]{0,5}")) {
            problems.error(word, "'" + word.text() + "' is not how often something is done", "write a number from 1");
            return 1;
        }
        return Integer.parseInt(word.text());
    }

    /**
     * Reads a call.
     *
     * @param like the call whose task and subject it has if it does not say, null for none
     */
    private @Nullable Attempt attempt(Node.Mapping call, Node.@Nullable Mapping like) {
        Node task = call.get("task") == null && like != null ? like.get("task") : call.get("task");
        Node subject = call.get("subject") == null && like != null ? like.get("subject") : call.get("subject");
        Node httpNode = call.get("http");
        Node.Mapping http = httpNode == null ? null : reading.mapping(httpNode, "'http'", HTTP_KEYS, List.of());
        String via = reading.text(call.get("via"), "'via'");
        Attempt.Facts facts = new Attempt.Facts(
                reading.text(call.get("agent"), "'agent'"),
                via == null && http != null ? "http" : via,
                reading.text(call.get("to"), "'to'"),
                reading.text(call.get("address"), "'address'"),
                http == null ? null : reading.text(http.get("method"), "'method'"),
                http == null ? null : reading.text(http.get("path"), "'path'"),
                headers(http == null ? null : http.get("header")),
                reading.text(call.get("library"), "'library'"),
                reading.text(call.get("tool"), "'tool'"),
                reading.text(call.get("enter"), "'enter'"),
                reading.text(subject, "'subject'"),
                task(task),
                arguments(call.get("args")));
        try {
            return Attempt.of(facts, policy);
        } catch (Attempt.FactException e) {
            Node at = call.get(e.fact());
            problems.error(at == null ? call : at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Reads the name of a task, or a mapping of its name and parameters. */
    private @Nullable Task task(@Nullable Node node) {
        if (!(node instanceof Node.Mapping)) {
            String name = reading.text(node, "'task'");
            return name == null ? null : new Task(name, "made-up", Map.of(), 0);
        }
        Node.Mapping task = reading.mapping(node, "'task'", TASK_KEYS, List.of());
        String name = task == null ? null : reading.text(task.get("name"), "'name'");
        if (task == null || name == null) {
            problems.error(
                    node, "'task' has no name", "write 'task: {name: process-refund, params: {orderId: \"7\"}}'");
            return null;
        }
        Map<String, String> params = new LinkedHashMap<>();
        Node written = task.get("params");
        Node.Mapping mapping = written == null ? null : reading.mapping(written, "'params'");
        for (Node.Entry entry : mapping == null ? List.<Node.Entry>of() : mapping.entries()) {
            String value = reading.text(entry.value(), "a parameter");
            params.put(entry.key().text(), value == null ? "" : value);
        }
        return new Task(name, "made-up", params, 0);
    }

    private @Nullable Map<String, @Nullable Object> arguments(@Nullable Node node) {
        Node.Mapping mapping = node == null ? null : reading.mapping(node, "'args'");
        return mapping == null ? null : Values.of(mapping);
    }

    private Map<String, List<String>> headers(@Nullable Node node) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        Node.Mapping mapping = node == null ? null : reading.mapping(node, "'header'");
        for (Node.Entry entry : mapping == null ? List.<Node.Entry>of() : mapping.entries()) {
            List<String> values = new ArrayList<>();
            for (Node.Scalar value : reading.words(entry.value(), "a header")) {
                values.add(value.text());
            }
            headers.put(entry.key().text(), values);
        }
        return headers;
    }
}
