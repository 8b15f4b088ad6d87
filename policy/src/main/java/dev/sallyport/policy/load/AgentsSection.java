package dev.sallyport.policy.load;

import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.match.LibraryPatterns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code agents} section. */
final class AgentsSection {

    private static final List<String> KEYS =
            List.of("delegatesTo", "entry", "enteredBy", "sponsor", "owner", "reviewBy", "expires", "suspended");
    private static final List<String> LATER = List.of("entra", "models");

    private final Reading reading;

    AgentsSection(Reading reading) {
        this.reading = reading;
    }

    /** Returns the agents by name, in the file's order. */
    Map<String, Policy.Agent> read(@Nullable Node node) {
        Map<String, Policy.Agent> agents = new LinkedHashMap<>();
        Node.Mapping section = node == null ? null : reading.mapping(node, "'agents'");
        if (section == null) {
            return agents;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < section.entries().size(); i++) {
            names.add(section.entries().get(i).key().text());
        }
        for (int i = 0; i < section.entries().size(); i++) {
            Node.Scalar name = section.entries().get(i).key();
            if (name.text().equals(PolicyEngine.OWN_AGENT) || name.text().equals(PolicyState.DRILL_AGENT)) {
                reserved(reading, name);
            } else if (name.text().equals(PolicyState.ALL)) {
                reading.problems()
                        .error(
                                name,
                                "'" + PolicyState.ALL + "' stands for every agent where one is stopped",
                                "choose another");
            } else if (!Words.isName(name.text())) {
                reading.problems().error(name, "'" + name.text() + "' cannot be an agent's name", Words.NAME_RULE);
            }
            agents.put(name.text(), agent(name, section.entries().get(i).value(), names));
        }
        return Collections.unmodifiableMap(agents);
    }

    /** Notes that the name of the product's own agent was used. */
    static void reserved(Reading reading, Node at) {
        reading.problems()
                .error(
                        at,
                        "'" + (at instanceof Node.Scalar word ? word.text() : "")
                                + "' is the name of the product's own agent",
                        "choose another");
    }

    private Policy.Agent agent(Node.Scalar name, Node value, List<String> names) {
        Node.Mapping agent = value instanceof Node.Scalar scalar && scalar.absent()
                ? null
                : reading.mapping(value, "agent '" + name.text() + "'", KEYS, LATER);
        if (agent == null) {
            return new Policy.Agent(name.text(), null, List.of(), List.of(), null);
        }
        reading.review(agent.get("reviewBy"), "agent '" + name.text() + "'");
        List<Node.Scalar> delegatesTo = reading.words(agent.get("delegatesTo"), "'delegatesTo'");
        for (int i = 0; i < delegatesTo.size(); i++) {
            Words.known(reading.problems(), delegatesTo.get(i), "agent", names);
        }
        List<Node.Scalar> entry = reading.words(agent.get("entry"), "'entry'");
        for (int i = 0; i < entry.size(); i++) {
            if (!isEntry(entry.get(i).text())) {
                reading.problems()
                        .error(
                                entry.get(i),
                                "'" + entry.get(i).text() + "' names neither a method nor an annotation",
                                "write 'com.shop.Orchestrator#handle' or '@com.shop.Entry'");
            }
        }
        return new Policy.Agent(
                name.text(),
                reading.text(agent.get("sponsor"), "'sponsor'"),
                Collections.unmodifiableList(Reading.texts(delegatesTo)),
                Collections.unmodifiableList(Reading.texts(entry)),
                enteredBy(agent.get("enteredBy")),
                reading.choice(agent.get("suspended"), "'suspended'", List.of("true", "false")) == 0,
                reading.day(agent.get("expires"), "'expires'"));
    }

    /** An empty list is a statement: nobody enters it, but for its entry points. */
    private @Nullable LibraryPatterns enteredBy(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        boolean nobody =
                node instanceof Node.Sequence sequence && sequence.items().isEmpty();
        return nobody ? new LibraryPatterns(List.of(), false) : new LibraryReading(reading).list(node, "'enteredBy'");
    }

    private static boolean isEntry(String text) {
        if (text.startsWith("@")) {
            return isClass(text, 1, text.length());
        }
        int hash = text.indexOf('#');
        return hash > 0
                && isClass(text, 0, hash)
                && text.indexOf('.', hash) < 0
                && isClass(text, hash + 1, text.length());
    }

    private static boolean isClass(String text, int from, int to) {
        boolean starts = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean fits = starts ? Character.isJavaIdentifierStart(c) : c == '.' || Character.isJavaIdentifierPart(c);
            if (!fits) {
                return false;
            }
            starts = c == '.';
        }
        return !starts;
    }
}
