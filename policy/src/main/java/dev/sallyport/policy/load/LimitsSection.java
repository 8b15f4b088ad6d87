package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.limit.Argument;
import dev.sallyport.policy.limit.Key;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.limit.Limits;
import dev.sallyport.policy.limit.Measure;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.RuleMatcher;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code limits} section. Loaded only for a policy that has one. */
final class LimitsSection {

    private static final List<String> CONCERNS = List.of("id", "agent", "tool", "library", "via", "to", "during");
    private static final List<String> OUTCOME = List.of("action", "approval", "mode", "refs");
    private static final List<String> BUDGET_KEYS = join(CONCERNS, List.of("count", "sum", "key", "per", "max"));
    private static final List<String> BREAKER_KEYS =
            join(CONCERNS, List.of("failureRate", "minCalls", "window", "open", "on", "key"));
    private static final List<String> ALL_KEYS = join(BUDGET_KEYS, BREAKER_KEYS);
    private static final List<String> MEANING =
            List.of("agent", "tool", "library", "via", "to", "during", "count", "sum", "key", "per", "on", "window");
    private static final List<String> KEYS = List.of("agent", "subject", "host");
    private static final List<String> BREAKER_ON = List.of("egress.connects", "egress.requests", "tool.calls");
    private static final String ARGUMENTS = "args.";

    private static final long MOST_BYTES = 1L << 46;
    private static final long MOST_CALLS = 1_000_000_000L;
    private static final BigDecimal MOST_SUM = BigDecimal.valueOf(100_000_000_000L);
    private static final int MOST_MIN_CALLS = 1_000_000;
    private static final int LONGEST_PATH = 8;

    private final Reading reading;
    private final Problems problems;
    private final MatcherReading matchers;
    private final RuleSections rules;
    private final boolean hasTasks;

    /**
     * @param rules what reads the parts that limits and other rules have in common
     * @param hasTasks whether there are tasks that something can be counted by
     */
    LimitsSection(Reading reading, RuleSections rules, boolean hasTasks) {
        this.reading = reading;
        this.problems = reading.problems();
        this.matchers = rules.matchers();
        this.rules = rules;
        this.hasTasks = hasTasks;
    }

    private static List<String> join(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        for (String word : more) {
            if (!all.contains(word)) {
                all.add(word);
            }
        }
        for (String word : OUTCOME) {
            if (!all.contains(word)) {
                all.add(word);
            }
        }
        return all;
    }

    /** Returns the limits in order. */
    List<Limit> read(Node node) {
        List<Limit> limits = new ArrayList<>();
        List<Node> places = reading.list(node, "'limits'");
        if (places == null) {
            return limits;
        }
        if (places.size() > Limits.MOST) {
            problems.error(node, "there are " + places.size() + " limits, and at most " + Limits.MOST + " can be kept");
            return limits;
        }
        for (int i = 0; i < places.size(); i++) {
            Node.Mapping limit = reading.mapping(places.get(i), "a limit");
            if (limit != null) {
                Limit read = limit(limit);
                if (read != null) {
                    limits.add(read);
                }
            }
        }
        return limits;
    }

    private @Nullable Limit limit(Node.Mapping node) {
        if (node.get("failureRate") != null || node.get("minCalls") != null || node.get("open") != null) {
            reading.mapping(node, "a circuit breaker", BREAKER_KEYS, List.of());
            return breaker(node);
        }
        reading.mapping(
                node,
                "a limit",
                node.get("count") == null && node.get("sum") == null ? ALL_KEYS : BUDGET_KEYS,
                List.of());
        if ((node.get("count") == null) == (node.get("sum") == null)) {
            boolean neither = node.get("count") == null;
            problems.error(
                    node,
                    neither ? "the limit does not say what it limits" : "a limit has either 'count' or 'sum'",
                    "write 'count: tool.calls', 'sum: egress.bytesOut', or 'failureRate' for a circuit breaker");
            return useless(node);
        }
        return budget(node);
    }

    /** Notes what else is wrong with a limit that cannot be one. */
    private @Nullable Limit useless(Node.Mapping node) {
        rules.agents(node);
        matchers.library(node.get("library"));
        rules.rule(node, rules.denying(node, "a limit"), "");
        return null;
    }

    private @Nullable Limit budget(Node.Mapping node) {
        Node.Scalar what = reading.word(node.get("count"), "'count'");
        boolean sum = what == null;
        if (what == null) {
            what = reading.word(node.get("sum"), "'sum'");
        }
        if (what == null) {
            return useless(node);
        }
        Argument argument = sum && what.text().startsWith(ARGUMENTS) ? argument(what) : null;
        Measure measure = argument != null ? Measure.ARGUMENT : measure(what, sum);
        Key key = node.get("key") == null ? null : key(node.get("key"));
        boolean perTask = "task".equals(Durations.word(node.get("per")));
        long per = perTask ? 0 : per(node);
        if (measure == null) {
            return useless(node);
        }
        if (perTask && !hasTasks) {
            problems.error(
                    missing(node, "per"),
                    "'per: task' needs a task, and the policy has none",
                    "name its tasks under 'tasks', or give a time such as 24h");
        }
        long max = max(node, measure);
        boolean ofTool = (measure.vias() & Conditions.bit(Via.TOOL)) != 0;
        if (node.get("tool") != null && !ofTool) {
            problems.error(
                    missing(node, "tool"),
                    "'tool' says nothing about " + measure.label(),
                    "leave it out, or count tool.calls");
        }
        if (node.get("tool") == null && (argument != null || key instanceof Key.OfArgument)) {
            problems.error(
                    node, "a limit over a tool's arguments must name the tool", "write 'tool: [...]': which have it");
        }
        if (key instanceof Key.OfArgument && !ofTool) {
            problems.error(
                    missing(node, "key"),
                    measure.label() + " have no arguments to be counted by",
                    "write agent, subject or host");
        }
        Conditions conditions = conditions(node, measure.vias(), measure.label());
        String unit = measure == Measure.ARGUMENT && argument != null ? argument.label() : measure.label();
        String words = Durations.word(node.get("max"))
                + " " + unit + " within " + (perTask ? "a task" : Durations.text(per))
                + (key == null ? "" : " for one " + key.label());
        Action action = rules.denying(node, "a limit");
        String beyond = beyond(node, action);
        Rule rule = rules.rule(node, action, "at most " + words + " are let through" + beyond);
        return new Limit.Budget(
                new RuleMatcher(rule, conditions, null),
                measure,
                argument,
                key,
                perTask,
                per,
                max,
                meaning(rule, node),
                words,
                beyond);
    }

    private @Nullable Limit breaker(Node.Mapping node) {
        double rate = rate(missing(node, "failureRate"));
        long minCalls =
                node.get("minCalls") == null ? 20 : whole(missing(node, "minCalls"), "'minCalls'", MOST_MIN_CALLS);
        long window = node.get("window") == null
                ? 30 * Durations.SECOND
                : Durations.nanos(reading, missing(node, "window"), "'window'", Durations.SECOND, Durations.DAY);
        long open = node.get("open") == null
                ? 60 * Durations.SECOND
                : Durations.nanos(reading, missing(node, "open"), "'open'", Durations.SECOND, Durations.DAY);
        Key key = node.get("key") == null ? Key.Host.INSTANCE : key(node.get("key"));
        int vias = 0;
        List<Node.Scalar> on = reading.words(node.get("on"), "'on'");
        for (int i = 0; i < on.size(); i++) {
            Measure measure =
                    BREAKER_ON.contains(on.get(i).text()) ? Measure.of(on.get(i).text()) : null;
            if (measure == null) {
                unknown(on.get(i), "a circuit breaker cannot watch", BREAKER_ON);
            } else {
                vias |= measure.vias();
            }
        }
        boolean tools = (vias & Conditions.bit(Via.TOOL)) != 0;
        if (tools && vias != Conditions.bit(Via.TOOL)) {
            problems.error(
                    missing(node, "on"), "calls of tools and ways out need breakers of their own", "make it two");
        }
        if (vias == 0) {
            vias = node.get("tool") != null
                    ? Conditions.bit(Via.TOOL)
                    : Measure.CONNECTS.vias() | Measure.REQUESTS.vias();
        } else if (node.get("tool") != null && !tools) {
            problems.error(missing(node, "tool"), "'tool' says nothing about ways out", "leave it out");
        }
        Conditions conditions = conditions(node, vias, "what the breaker watches");
        String words = "at least " + Durations.word(node.get("failureRate")) + " of " + minCalls
                + " calls or more within " + Durations.text(window);
        Action action = rules.denying(node, "a limit");
        String beyond = beyond(node, action);
        Rule rule = rules.rule(
                node, action, "it stays open for " + Durations.text(open) + " after failures of " + words + beyond);
        return new Limit.Breaker(
                new RuleMatcher(rule, conditions, null),
                rate,
                (int) minCalls,
                window,
                open,
                key == null ? Key.Host.INSTANCE : key,
                meaning(rule, node),
                words,
                beyond);
    }

    private Conditions conditions(Node.Mapping node, int vias, String what) {
        int asked = matchers.vias(node.get("via"), vias);
        if ((asked & ~vias) != 0) {
            problems.error(missing(node, "via"), "'via' names ways out that have no " + what, null);
        }
        Node to = node.get("to");
        boolean tools = vias == Conditions.bit(Via.TOOL);
        boolean processes = vias == Conditions.bit(Via.PROCESS);
        if (to != null && tools) {
            problems.error(to, "'to' says nothing about tools", "name them with 'tool'");
            to = null;
        }
        return new Conditions(
                asked & vias,
                0,
                rules.agents(node),
                matchers.library(node.get("library")),
                to == null || processes ? null : matchers.destinations(to),
                to != null && processes ? matchers.paths(to) : tools ? rules.toolNames(node) : null,
                null,
                rules.during(node),
                true);
    }

    /** Returns what a call needs that goes beyond a limit, as {@link Limit#beyond} does. */
    private String beyond(Node.Mapping node, Action action) {
        return action == Action.APPROVE ? "; beyond that " + rules.needed(node) : "";
    }

    private @Nullable Argument argument(Node.Scalar word) {
        List<String> path = new ArrayList<>();
        String rest = word.text().substring(ARGUMENTS.length());
        int from = 0;
        for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.', from)) {
            path.add(rest.substring(from, dot));
            from = dot + 1;
        }
        path.add(rest.substring(from));
        if (path.contains("") || path.size() > LONGEST_PATH) {
            problems.error(word, "'" + word.text() + "' names no argument", "write such as args.amountMinor");
        }
        return new Argument(List.copyOf(path));
    }

    private @Nullable Measure measure(Node.Scalar word, boolean sum) {
        Measure measure = Measure.of(word.text());
        if (measure == null) {
            unknown(word, sum ? "nothing adds up" : "nothing counts", Measure.labels(sum));
            return null;
        }
        if (measure.sum() != sum) {
            problems.error(
                    word,
                    word.text() + (sum ? " are counted, not added up" : " are added up, not counted"),
                    "write '" + (sum ? "count" : "sum") + ": " + word.text() + "'");
        }
        return measure;
    }

    private void unknown(Node.Scalar word, String what, List<String> known) {
        String suggestion = Problems.suggest(word.text(), known);
        problems.error(
                word,
                what + " '" + word.text() + "'",
                suggestion == null ? "it is one of " + Reading.words(known) : suggestion);
    }

    private @Nullable Key key(@Nullable Node node) {
        Node.Scalar word = reading.word(node, "'key'");
        if (word == null) {
            return null;
        }
        if (word.text().startsWith(ARGUMENTS)) {
            Argument argument = argument(word);
            return argument == null ? null : new Key.OfArgument(argument);
        }
        return switch (word.text()) {
            case "agent" -> Key.Agent.INSTANCE;
            case "subject" -> Key.Subject.INSTANCE;
            case "host" -> Key.Host.INSTANCE;
            default -> {
                String suggestion = Problems.suggest(word.text(), KEYS);
                problems.error(
                        word,
                        "'key' cannot be '" + word.text() + "'",
                        suggestion == null ? "it is agent, subject, host, or an argument such as args.id" : suggestion);
                yield null;
            }
        };
    }

    private long per(Node.Mapping node) {
        Node per = node.get("per");
        if (per == null) {
            problems.error(node, "the limit does not say within which time", "write 'per: 1m' or 'per: task'");
            return Durations.SECOND;
        }
        return Durations.nanos(reading, per, "'per'", Durations.SECOND, 366 * Durations.DAY);
    }

    private long max(Node.Mapping node, Measure measure) {
        Node max = node.get("max");
        if (max == null) {
            problems.error(node, "the limit does not say how much", "write 'max: ...'");
            return 1;
        }
        if (measure == Measure.ARGUMENT) {
            return sum(max);
        }
        return measure.bytes() ? bytes(max) : whole(max, "'max'", MOST_CALLS);
    }

    private long whole(Node node, String what, long most) {
        Node.Scalar word = reading.word(node, what);
        if (word == null) {
            return 1;
        }
        BigDecimal number = number(word.text());
        if (number == null || number.stripTrailingZeros().scale() > 0) {
            problems.error(word, what + " must be a whole number, not '" + word.text() + "'", null);
            return 1;
        }
        if (number.signum() <= 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            problems.error(
                    word,
                    what + " must be between 1 and " + most,
                    number.signum() == 0 && what.equals("'max'") ? "what must never happen is denied by a rule" : null);
            return 1;
        }
        return number.longValue();
    }

    private long sum(Node node) {
        Node.Scalar word = reading.word(node, "'max'");
        if (word == null) {
            return 1;
        }
        BigDecimal number = number(word.text());
        if (number == null) {
            problems.error(word, "'max' must be a number, not '" + word.text() + "'", null);
            return 1;
        }
        if (number.signum() <= 0
                || number.compareTo(MOST_SUM) > 0
                || number.stripTrailingZeros().scale() > 3) {
            problems.error(
                    word, "'max' must be above 0 and at most " + MOST_SUM + ", with three decimals at most", null);
            return 1;
        }
        return number.movePointRight(3).longValue();
    }

    private long bytes(Node node) {
        Node.Scalar word = reading.word(node, "'max'");
        if (word == null) {
            return 1;
        }
        String text = word.text();
        int end = text.length();
        while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
            end--;
        }
        BigDecimal number = number(text.substring(0, end).trim());
        long unit = unit(text.substring(end));
        if (number == null || unit < 0) {
            problems.error(
                    word, "'max' cannot be '" + text + "'", "write a number of bytes, or such as 64KiB, 10MiB or 1GiB");
            return 1;
        }
        BigDecimal bytes = number.multiply(BigDecimal.valueOf(unit));
        if (bytes.signum() <= 0 || bytes.compareTo(BigDecimal.valueOf(MOST_BYTES)) > 0) {
            problems.error(word, "'max' must be between 1 byte and 64TiB", null);
            return 1;
        }
        return bytes.longValue();
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "", "B" -> 1;
            case "kB" -> 1_000;
            case "MB" -> 1_000_000;
            case "GB" -> 1_000_000_000;
            case "TB" -> 1_000_000_000_000L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            default -> -1;
        };
    }

    private double rate(Node node) {
        Node.Scalar word = reading.word(node, "'failureRate'");
        if (word == null) {
            return 1;
        }
        BigDecimal number = number(word.text());
        if (number == null || number.signum() <= 0 || number.compareTo(BigDecimal.ONE) > 0) {
            problems.error(
                    word, "'failureRate' must be above 0 and at most 1, not '" + word.text() + "'", "half is 0.5");
            return 1;
        }
        return number.doubleValue();
    }

    /** Returns a plain decimal number; null for anything else, and for what is longer than anybody writes. */
    private static @Nullable BigDecimal number(String text) {
        boolean digit = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digit |= c >= '0' && c <= '9';
            if ((c < '0' || c > '9') && c != '.' && !(i == 0 && c == '-')) {
                return null;
            }
        }
        if (!digit || text.length() > 30 || text.indexOf('.') != text.lastIndexOf('.')) {
            return null;
        }
        return new BigDecimal(text);
    }

    /** Returns the value of a key, the limit itself where it is missing: a place for what is wrong. */
    private static Node missing(Node.Mapping node, String key) {
        Node value = node.get(key);
        return value == null ? node : value;
    }

    private static String meaning(Rule rule, Node.Mapping node) {
        StringBuilder text = new StringBuilder(rule.id()).append('\n');
        for (String key : MEANING) {
            Node value = node.get(key);
            if (value != null) {
                text.append(key).append(": ");
                append(text, value);
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Node node) {
        if (node instanceof Node.Scalar scalar) {
            text.append(scalar.text());
        } else if (node instanceof Node.Sequence sequence) {
            for (Node item : sequence.items()) {
                append(text.append("- "), item);
                text.append(' ');
            }
        } else if (node instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                append(text.append(entry.key().text()).append(": "), entry.value());
                text.append(' ');
            }
        }
    }
}
