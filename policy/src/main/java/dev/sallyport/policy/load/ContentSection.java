package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.Detector;
import dev.sallyport.policy.content.Detectors;
import dev.sallyport.policy.content.OwnPattern;
import dev.sallyport.policy.content.Re2Pattern;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code content} section. Loaded only for a policy that has one. */
final class ContentSection {

    private static final List<String> KEYS = List.of(
            "id", "on", "detect", "agent", "tool", "library", "to", "except", "unseen", "action", "mode", "refs",
            "kill");
    private static final List<String> EXCEPT_KEYS = List.of("agent", "tool", "library", "to");
    private static final List<String> PATTERN_KEYS = List.of("name", "pattern");
    private static final String TOOL_ARGUMENTS = "tool.args";
    private static final String REQUESTS = "http.request";
    private static final List<String> ON = List.of(TOOL_ARGUMENTS, REQUESTS);
    private static final int MOST_RULES = 64;
    private static final int MOST_PATTERNS = 32;

    private final Reading reading;
    private final Problems problems;
    private final RuleSections rules;
    private final MatcherReading matchers;
    /** By its name, which must mean the same in each rule. */
    private final Map<String, OwnPattern> patterns = new HashMap<>();

    /** @param rules what reads the parts that rules have in common */
    ContentSection(Reading reading, RuleSections rules) {
        this.reading = reading;
        this.problems = reading.problems();
        this.rules = rules;
        this.matchers = rules.matchers();
    }

    /** Returns the rules in order. */
    List<ContentRule> read(Node node) {
        List<ContentRule> content = new ArrayList<>();
        List<Node> places = reading.list(node, "'content'");
        if (places == null) {
            return content;
        }
        if (places.size() > MOST_RULES) {
            problems.error(
                    node,
                    "there are " + places.size() + " rules for content, and at most " + MOST_RULES + " can be kept");
            return content;
        }
        for (int i = 0; i < places.size(); i++) {
            Node.Mapping rule = reading.mapping(places.get(i), "a rule for content", KEYS, List.of());
            if (rule != null) {
                content.add(rule(rule));
            }
        }
        return content;
    }

    private ContentRule rule(Node.Mapping node) {
        Node to = node.get("to");
        Node tool = node.get("tool");
        boolean tools = tool != null || to == null;
        boolean requests = to != null || tool == null;
        if (node.get("on") != null) {
            List<Node.Scalar> on = reading.words(node.get("on"), "'on'");
            tools = on(on, TOOL_ARGUMENTS);
            requests = on(on, REQUESTS);
        }
        if (to != null && tools) {
            problems.error(to, "'to' says nothing about the arguments of tools", "make it two rules");
            to = null;
        }
        if (tool != null && requests) {
            problems.error(tool, "'tool' says nothing about requests", "make it two rules");
            tool = null;
        }
        Detectors detectors = detectors(node);
        int unseen = reading.choice(node.get("unseen"), "'unseen'", List.of("deny", "allow"));
        if (node.get("unseen") != null && !requests) {
            problems.error(
                    missing(node, "unseen"),
                    "'unseen' is about requests, and the rule looks into the arguments of tools",
                    "leave it out: arguments that cannot be read are refused");
        }
        Node exceptNode = node.get("except");
        Node.Mapping except =
                exceptNode == null ? null : reading.mapping(exceptNode, "'except'", EXCEPT_KEYS, List.of());
        if (except != null && except.entries().isEmpty()) {
            problems.error(except, "'except' is empty", "say what the rule leaves out, or drop it");
        }
        Conditions ofTools = tools ? ofTools(node, true) : null;
        Conditions ofRequests = requests ? ofRequests(node, to, true) : null;
        Conditions exceptTools = null;
        Conditions exceptRequests = null;
        if (except != null) {
            Node exceptTo = except.get("to");
            Node exceptTool = except.get("tool");
            if (exceptTo != null && exceptTool != null) {
                problems.error(
                        exceptTool,
                        "nothing is both the call of a tool and a request, so the exception never holds",
                        "make it two rules");
            } else if (exceptTo != null && !requests) {
                problems.error(exceptTo, "'to' says nothing about the arguments of tools", "name tools with 'tool'");
            } else if (exceptTool != null && !tools) {
                problems.error(exceptTool, "'tool' says nothing about requests", "name destinations with 'to'");
            }
            exceptTools = tools && exceptTo == null ? ofTools(except, false) : null;
            exceptRequests = requests && exceptTool == null ? ofRequests(except, exceptTo, false) : null;
        }
        Rule rule = rules.rule(node, denying(node), why(detectors, tools, requests, except != null));
        return new ContentRule(
                detectors,
                ofTools == null ? null : new RuleMatcher(rule, ofTools, exceptTools),
                ofRequests == null ? null : new RuleMatcher(rule, ofRequests, exceptRequests),
                unseen == 1);
    }

    private Action denying(Node.Mapping node) {
        Action action = rules.denying(node, "a rule for content");
        if (action == Action.APPROVE) {
            problems.error(
                    missing(node, "action"),
                    "a rule for content cannot wait for an approval",
                    "write 'action: deny', and leave out with 'except' what may pass");
        }
        return action;
    }

    private static String why(Detectors detectors, boolean tools, boolean requests, boolean except) {
        return "it lets no " + detectors.words() + " pass in "
                + (tools && requests
                        ? "the arguments of tools and requests"
                        : tools ? "the arguments of tools" : "requests")
                + (except ? ", but for an exception" : "");
    }

    private boolean on(List<Node.Scalar> words, String what) {
        boolean named = false;
        for (int i = 0; i < words.size(); i++) {
            String text = words.get(i).text();
            named |= text.equals(what);
            if (!ON.contains(text) && what.equals(TOOL_ARGUMENTS)) {
                String suggestion = Problems.suggest(text, ON);
                problems.error(
                        words.get(i),
                        "nothing looks into '" + text + "'",
                        suggestion == null ? "'on' holds any of " + Reading.words(ON) : suggestion);
            }
        }
        return named;
    }

    private Conditions ofTools(Node.Mapping node, boolean broad) {
        return new Conditions(
                Conditions.bit(Via.TOOL),
                0,
                rules.agents(node),
                matchers.library(node.get("library")),
                null,
                rules.toolNames(node),
                null,
                broad);
    }

    private Conditions ofRequests(Node.Mapping node, @Nullable Node to, boolean broad) {
        return new Conditions(
                Conditions.bit(Via.HTTP),
                0,
                rules.agents(node),
                matchers.library(node.get("library")),
                to == null ? null : matchers.destinations(to),
                null,
                null,
                broad);
    }

    private Detectors detectors(Node.Mapping node) {
        List<Detector> builtIn = new ArrayList<>();
        List<OwnPattern> own = new ArrayList<>();
        Node detect = node.get("detect");
        if (detect == null) {
            problems.error(
                    node,
                    "the rule does not say what it looks for",
                    "write 'detect: [" + String.join(", ", Detector.labels()) + "]', or some of them");
            return Detectors.of(builtIn, own);
        }
        List<Node> items = detect instanceof Node.Sequence sequence ? sequence.items() : List.of(detect);
        if (items.isEmpty()) {
            problems.error(detect, "'detect' is empty", "name at least one of " + Reading.words(Detector.labels()));
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Node.Mapping pattern) {
                OwnPattern read = pattern(pattern);
                if (read != null) {
                    own.add(read);
                }
                continue;
            }
            Node.Scalar word = reading.word(items.get(i), "an entry of 'detect'");
            Detector detector = word == null ? null : Detector.named(word.text());
            if (detector != null) {
                builtIn.add(detector);
            } else if (word != null) {
                String suggestion = Problems.suggest(word.text(), Detector.labels());
                problems.error(
                        word,
                        "there is no detector '" + word.text() + "'",
                        suggestion != null
                                ? suggestion
                                : "it is one of " + Reading.words(Detector.labels())
                                        + ", or a pattern of your own: {name: ..., pattern: ...}");
            }
        }
        return Detectors.of(builtIn, own);
    }

    private @Nullable OwnPattern pattern(Node.Mapping node) {
        reading.mapping(node, "a pattern", PATTERN_KEYS, List.of());
        Node.Scalar name = reading.word(node.get("name"), "'name'");
        Node.Scalar pattern = reading.word(node.get("pattern"), "'pattern'");
        if (name == null || pattern == null) {
            if (node.get("name") == null || node.get("pattern") == null) {
                problems.error(
                        node,
                        "a pattern needs a name and the pattern itself",
                        "write {name: order-number, pattern: 'O-[0-9]{8}'}");
            }
            return null;
        }
        if (Detector.named(name.text()) != null || name.text().equals("unseen")) {
            problems.error(name, "'" + name.text() + "' means something else in evidence", "choose another name");
            return null;
        }
        if (!Words.isName(name.text())) {
            problems.error(name, "'" + name.text() + "' cannot be the name of a pattern", Words.NAME_RULE);
            return null;
        }
        OwnPattern known = patterns.get(name.text());
        if (known != null) {
            if (!known.text().equals(pattern.text())) {
                problems.error(
                        name,
                        "the name '" + name.text() + "' stands for another pattern in a rule before",
                        "choose another, since evidence names what was found by it");
            }
            return known;
        }
        if (patterns.size() == MOST_PATTERNS) {
            problems.error(node, "there are more than " + MOST_PATTERNS + " patterns", "put some together with '|'");
            return null;
        }
        try {
            OwnPattern compiled = new Re2Pattern(name.text(), pattern.text());
            patterns.put(name.text(), compiled);
            return compiled;
        } catch (IllegalArgumentException e) {
            problems.error(pattern, "the pattern '" + name.text() + "' " + e.getMessage());
            return null;
        }
    }

    /** Returns the value of a key, the rule itself where it is missing: a place for what is wrong. */
    private static Node missing(Node.Mapping node, String key) {
        Node value = node.get(key);
        return value == null ? node : value;
    }
}
