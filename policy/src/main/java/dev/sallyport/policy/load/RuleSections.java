package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.Terms;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Glob;
import dev.sallyport.policy.match.HttpPattern;
import dev.sallyport.policy.match.LibraryPatterns;
import dev.sallyport.policy.match.RuleMatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code egress} and {@code tools} sections. */
final class RuleSections {

    private static final List<String> EGRESS_KEYS = List.of(
            "id",
            "agent",
            "library",
            "via",
            "to",
            "http",
            "during",
            "action",
            "approval",
            "mode",
            "refs",
            "except",
            "kill");
    private static final List<String> EGRESS_LATER = List.of("inspect");
    private static final List<String> EXCEPT_KEYS = List.of("agent", "library", "via", "to", "http", "during");
    private static final List<String> TOOL_KEYS = List.of(
            "id",
            "agent",
            "tool",
            "when",
            "argsSchema",
            "after",
            "during",
            "action",
            "approval",
            "mode",
            "refs",
            "kill");
    private static final int PATHS = Conditions.bit(Via.PROCESS)
            | Conditions.bit(Via.NATIVE)
            | Conditions.bit(Via.UNIX)
            | Conditions.bit(Via.ATTACH);

    private final Reading reading;
    private final Problems problems;
    private final MatcherReading matchers;
    private final List<String> agents;
    private final Mode mode;
    private final boolean monitorAll;
    private final Map<String, TaskKind> tasks;
    private final List<String> approvals;
    private final @Nullable Path file;
    private @Nullable TermsReading terms;
    private final String prefix;
    private final Map<String, Node> ids = new HashMap<>();

    /**
     * @param agents the names of the policy's agents
     * @param outside the names that code outside any agent may act as
     * @param mode the mode of rules that do not say theirs
     * @param monitorAll whether what rules say of their mode is overridden
     * @param tasks the kinds of tasks by name that there are
     * @param approvals the names of the approvals that rules may want
     * @param file the policy's file; null if it may name no other
     * @param layer the name of the layer whose rules these are; null if they are the policy's own. A layer goes with many
     *     policies, so it may name agents that this one does not have
     */
    RuleSections(
            Reading reading,
            GroupsSection groups,
            Collection<String> agents,
            Collection<String> outside,
            Mode mode,
            boolean monitorAll,
            Map<String, TaskKind> tasks,
            List<String> approvals,
            @Nullable Path file,
            @Nullable String layer) {
        this.reading = reading;
        this.problems = reading.problems();
        this.matchers = new MatcherReading(reading, groups);
        this.agents = new ArrayList<>(agents);
        for (String name : outside) {
            if (!this.agents.contains(name)) {
                this.agents.add(name);
            }
        }
        this.mode = mode;
        this.monitorAll = monitorAll;
        this.tasks = tasks;
        this.approvals = approvals;
        this.file = file;
        this.prefix = layer == null ? "" : layer + ":";
    }

    /** Returns the egress rules in order. */
    List<RuleMatcher> egress(@Nullable Node node) {
        List<RuleMatcher> rules = new ArrayList<>();
        List<Node> places = reading.list(node, "'egress'");
        if (places == null) {
            return rules;
        }
        Reachability reachability = new Reachability(problems);
        for (int i = 0; i < places.size(); i++) {
            Node.Mapping rule = reading.mapping(places.get(i), "a rule", EGRESS_KEYS, EGRESS_LATER);
            if (rule != null) {
                RuleMatcher matcher = egressRule(rule);
                reachability.check(rule, matcher);
                rules.add(matcher);
            }
        }
        return rules;
    }

    /** Returns the tool rules in order; null if there is no section. */
    @Nullable
    List<RuleMatcher> tools(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        List<RuleMatcher> rules = new ArrayList<>();
        List<Node> places = reading.list(node, "'tools'");
        if (places == null) {
            return rules;
        }
        Reachability reachability = new Reachability(problems);
        for (int i = 0; i < places.size(); i++) {
            Node.Mapping rule = reading.mapping(places.get(i), "a rule", TOOL_KEYS, List.of());
            if (rule != null) {
                RuleMatcher matcher = toolRule(rule);
                reachability.check(rule, matcher);
                rules.add(matcher);
            }
        }
        return rules;
    }

    /** Returns what reads the conditions of rules. */
    MatcherReading matchers() {
        return matchers;
    }

    private RuleMatcher egressRule(Node.Mapping node) {
        Action action = action(node);
        Node exceptNode = node.get("except");
        Node.Mapping except =
                exceptNode == null ? null : reading.mapping(exceptNode, "'except'", EXCEPT_KEYS, List.of());
        if (except != null && except.entries().isEmpty()) {
            problems.error(except, "'except' is empty", "say what the rule leaves out, or drop it");
        }
        // An allow rule that leaves out some requests must see the request: else a bare connection would carry them.
        boolean seesRequests =
                node.get("http") != null || (action == Action.ALLOW && except != null && except.get("http") != null);
        int vias = matchers.vias(node.get("via"), Conditions.NETWORK);
        Conditions conditions = conditions(node, vias, vias, seesRequests, action != Action.ALLOW);
        Conditions left = null;
        if (except != null) {
            int leftVias = matchers.vias(except.get("via"), Conditions.ALL);
            left = conditions(except, leftVias, vias, except.get("http") != null, action == Action.ALLOW);
        }
        if (action == Action.ALLOW && !monitorAll) {
            warnOfOpenNames(node, conditions);
        }
        return new RuleMatcher(rule(node, action, conditions, left), conditions, left);
    }

    private RuleMatcher toolRule(Node.Mapping node) {
        Action action = action(node);
        Conditions conditions = new Conditions(
                Conditions.bit(Via.TOOL),
                0,
                agents(node),
                null,
                null,
                toolNames(node),
                null,
                during(node),
                action != Action.ALLOW);
        Rule rule = rule(node, action, conditions, null);
        return new RuleMatcher(rule, conditions, null, terms(node, conditions));
    }

    private @Nullable Terms terms(Node.Mapping node, Conditions conditions) {
        if (node.get("when") == null && node.get("argsSchema") == null && node.get("after") == null) {
            return null;
        }
        if (terms == null) {
            terms = new TermsReading(reading, file);
        }
        return terms.read(node, conditions.during());
    }

    /**
     * Returns the conditions of the rules that were read, checked: what is wrong with them is noted.
     *
     * @param right whether they are known to be right, so that checking them can wait until they are compiled
     */
    List<Expression> conditions(boolean right) {
        if (terms == null) {
            return List.of();
        }
        if (!right) {
            terms.check();
        }
        return terms.conditions();
    }

    /**
     * @param vias the ways out that are meant
     * @param ruleVias those that the rule covers, which tell how to read {@code to}
     */
    private Conditions conditions(Node.Mapping node, int vias, int ruleVias, boolean seesRequests, boolean broad) {
        List<String> agentNames = agents(node);
        LibraryPatterns library = matchers.library(node.get("library"));
        List<HttpPattern> http = matchers.http(node.get("http"));
        int plain = vias;
        int asHttp = 0;
        int http1 = Conditions.bit(Via.HTTP);
        int raw = Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP);
        if (seesRequests) {
            if ((vias & http1) == 0) {
                problems.error(
                        node, "'http' can never match: 'via' leaves out http", "drop 'via', or write 'via: [http]'");
            }
            plain = vias == Conditions.ALL ? 0 : vias & ~Conditions.NETWORK;
            asHttp = Conditions.NETWORK;
            if (plain != 0) {
                problems.error(node, "'http' says nothing about processes, libraries and sockets", "make it two rules");
            }
        } else if ((vias & http1) != 0 && (vias & raw) == 0) {
            asHttp = Conditions.NETWORK & ~vias;
        }
        boolean paths = (ruleVias & PATHS) != 0;
        boolean hosts = (ruleVias & ~PATHS) != 0;
        Node to = node.get("to");
        if (to != null && paths && hosts && !matchers.everything(to)) {
            problems.error(
                    to,
                    "'to' cannot hold both what processes, native, unix and attach name and where the network leads",
                    "make it two rules");
            to = null;
        }
        List<Destination> destinations = to == null || (paths && hosts) || !hosts ? null : matchers.destinations(to);
        if (to != null && destinations != null && ruleVias == Conditions.bit(Via.LISTEN)) {
            warnOfNames(to, destinations);
        }
        return new Conditions(
                plain,
                asHttp,
                agentNames,
                library,
                destinations,
                to == null || (paths && hosts) || !paths ? null : matchers.paths(to),
                http,
                during(node),
                broad);
    }

    private void warnOfNames(Node to, List<Destination> destinations) {
        for (int i = 0; i < destinations.size(); i++) {
            if (!destinations.get(i).hosts().isEmpty()) {
                problems.warning(
                        to,
                        "'" + destinations.get(i).word()
                                + "' names hosts, and where a program listens only its own address is known",
                        "write addresses, such as '127.0.0.1:8080' or '*:8080'");
                return;
            }
        }
    }

    /** Returns the tools that {@code tool} names; null for every tool. */
    @Nullable
    List<Glob> toolNames(Node.Mapping node) {
        List<Node.Scalar> tools = reading.words(node.get("tool"), "'tool'");
        List<Glob> globs = null;
        if (!tools.isEmpty()) {
            globs = new ArrayList<>();
            for (int i = 0; i < tools.size(); i++) {
                globs.add(Glob.ofName(tools.get(i).text()));
            }
        }
        return globs;
    }

    /** Returns the tasks that {@code during} names; null for any time. */
    @Nullable
    List<TaskKind> during(Node.Mapping node) {
        List<Node.Scalar> words = reading.words(node.get("during"), "'during'");
        if (words.isEmpty()) {
            return null;
        }
        List<TaskKind> during = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            TaskKind task = tasks.get(words.get(i).text());
            if (task != null) {
                during.add(task);
            } else if (prefix.isEmpty()) {
                Words.known(problems, words.get(i), "task", tasks.keySet());
            } else {
                during.add(ofOthers(words.get(i)));
            }
        }
        return Collections.unmodifiableList(during);
    }

    /** A layer goes with many policies, so it may name tasks that this one does not have: nothing is ever in one. */
    private TaskKind ofOthers(Node.Scalar word) {
        problems.warning(
                word,
                "neither the policy nor a layer of it has a task '" + word.text() + "', so nothing is ever in one",
                Problems.suggest(word.text(), tasks.keySet()));
        return new TaskKind(word.text(), List.of(), List.of(), List.of(), 0, false, problems.place(word));
    }

    /** Returns the agents that {@code agent} names; null for every agent. */
    @Nullable
    List<String> agents(Node.Mapping node) {
        List<Node.Scalar> words = reading.words(node.get("agent"), "'agent'");
        for (int i = 0; i < words.size() && prefix.isEmpty(); i++) {
            Words.known(problems, words.get(i), "agent", agents);
        }
        return words.isEmpty() ? null : Collections.unmodifiableList(Reading.texts(words));
    }

    /** Returns what a limit or a rule for content does, which can only take away: it denies where it does not say. */
    Action denying(Node.Mapping node, String what) {
        Node action = node.get("action");
        if (action instanceof Node.Scalar scalar && scalar.text().equals("allow")) {
            problems.error(action, what + " cannot allow anything", "write 'action: deny'");
        }
        return action(node, action == null ? Action.DENY : writtenAction(node));
    }

    private Action action(Node.Mapping node) {
        return action(node, writtenAction(node));
    }

    private Action action(Node.Mapping node, Action action) {
        Node approval = node.get("approval");
        if (approval != null && action != Action.APPROVE) {
            problems.error(
                    approval, "'approval' says nothing of a rule that does not approve", "write 'action: approve'");
        }
        return action;
    }

    private Action writtenAction(Node.Mapping node) {
        Node action = node.get("action");
        if (action == null) {
            problems.error(node, "the rule has no 'action'", "write 'action: allow' or 'action: deny'");
            return Action.DENY;
        }
        return switch (reading.choice(action, "'action'", List.of("allow", "deny", "approve"))) {
            case 0 -> Action.ALLOW;
            case 2 -> Action.APPROVE;
            default -> Action.DENY;
        };
    }

    /** Returns the approval that a rule wants, quoted after a blank. */
    private String approval(Node.Mapping node) {
        Node.Scalar approval = reading.word(node.get("approval"), "'approval'");
        if (approval == null) {
            if (node.get("approval") == null) {
                problems.error(node, "the rule does not say whose approval it needs", "write 'approval: finance'");
            }
            return "";
        }
        Words.known(problems, approval, "approval", approvals);
        problems.warning(approval, "nobody can be asked for an approval in this version, so the rule denies", null);
        return " '" + approval.text() + "'";
    }

    private Rule rule(Node.Mapping node, Action action, Conditions conditions, @Nullable Conditions except) {
        return rule(node, action, action == Action.APPROVE ? needed(node) : Sentence.of(action, conditions, except));
    }

    /** Says of a call whose approval it needs. */
    String needed(Node.Mapping node) {
        return "it needs approval" + approval(node) + ", and nobody can be asked in this version";
    }

    /** Returns the rule that {@code node} is, with what {@code why} says of it. */
    Rule rule(Node.Mapping node, Action action, String why) {
        int written = reading.choice(node.get("mode"), "'mode'", List.of("enforce", "monitor"));
        Mode ruleMode = monitorAll ? Mode.MONITOR : written == 0 ? Mode.ENFORCE : written == 1 ? Mode.MONITOR : mode;
        return new Rule(
                prefix.concat(id(node)),
                action,
                ruleMode,
                problems.place(node),
                why,
                Collections.unmodifiableList(Reading.texts(reading.words(node.get("refs"), "'refs'"))),
                written >= 0 || !prefix.isEmpty(),
                kills(node, action));
    }

    private boolean kills(Node.Mapping node, Action action) {
        Node kill = node.get("kill");
        boolean kills = kill != null && reading.choice(kill, "'kill'", List.of("true", "false")) == 0;
        if (kill != null && kills && action == Action.ALLOW) {
            problems.error(kill, "a rule that allows cannot kill", "write 'action: deny', or drop 'kill'");
        }
        return kills;
    }

    private String id(Node.Mapping node) {
        Node.Scalar id = reading.word(node.get("id"), "'id'");
        if (id == null) {
            if (node.get("id") == null) {
                problems.error(node, "the rule has no 'id'", "evidence and denials name rules by it");
            }
            return "?";
        }
        Node first = ids.putIfAbsent(id.text(), id);
        if (first != null) {
            problems.error(id, "the id '" + id.text() + "' is taken by the rule in " + problems.place(first, id));
        } else if (BuiltIn.reserves(id.text())) {
            problems.error(id, "the id '" + id.text() + "' belongs to a built-in rule", "choose another");
        } else if (!Words.isId(id.text())) {
            problems.error(id, "'" + id.text() + "' cannot be an id", Words.NAME_RULE);
        }
        return id.text();
    }

    private void warnOfOpenNames(Node.Mapping node, Conditions conditions) {
        List<Destination> destinations = conditions.destinations();
        int vias = conditions.vias() | conditions.httpVias();
        if (destinations == null || destinations.isEmpty() || (vias & Conditions.bit(Via.DNS)) == 0) {
            return;
        }
        for (int i = 0; i < destinations.size(); i++) {
            if (!destinations.get(i).addressesOnly()) {
                return;
            }
        }
        problems.warning(
                node,
                "this rule allows addresses alone, so while it may still allow, any name may be asked for",
                "write 'via: [tcp, udp]' if its addresses are used as they are");
    }
}
