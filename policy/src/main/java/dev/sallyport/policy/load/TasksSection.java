package dev.sallyport.policy.load;

import dev.sallyport.policy.TaskKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code tasks} section. */
final class TasksSection {

    private static final List<String> KEYS = List.of("agent", "startedBy", "params", "ttl", "justification");

    private final Reading reading;
    private final @Nullable Collection<String> agents;

    /**
     * @param agents the names of the policy's agents, and those that code outside any agent may act as; null for a layer, which
     *     may name agents that a policy does not have
     */
    TasksSection(Reading reading, @Nullable Collection<String> agents) {
        this.reading = reading;
        this.agents = agents;
    }

    /** Returns the kinds of tasks by name, in the file's order. */
    Map<String, TaskKind> read(Node node) {
        Map<String, TaskKind> tasks = new LinkedHashMap<>();
        Node.Mapping section = reading.mapping(node, "'tasks'");
        for (int i = 0; section != null && i < section.entries().size(); i++) {
            Node.Scalar name = section.entries().get(i).key();
            if (!Words.isName(name.text())) {
                reading.problems().error(name, "'" + name.text() + "' cannot be a task's name", Words.NAME_RULE);
            }
            TaskKind task = task(name, section.entries().get(i).value());
            if (task != null) {
                tasks.put(name.text(), task);
            }
        }
        return Collections.unmodifiableMap(tasks);
    }

    private @Nullable TaskKind task(Node.Scalar name, Node value) {
        Node.Mapping task = reading.mapping(value, "task '" + name.text() + "'", KEYS, List.of());
        if (task == null) {
            return null;
        }
        List<String> forAgents = names(task.get("agent"), "'agent'");
        List<String> startedBy = names(task.get("startedBy"), "'startedBy'");
        if (task.get("startedBy") == null) {
            reading.problems()
                    .error(task, "the task does not say who may start it", "write 'startedBy: [orchestrator]'");
        }
        Node ttl = task.get("ttl");
        long nanos = Durations.HOUR;
        if (ttl == null) {
            reading.problems().error(task, "the task does not say how long it runs at most", "write 'ttl: 10m'");
        } else {
            nanos = Durations.nanos(reading, ttl, "'ttl'", Durations.SECOND / 1_000, 30 * Durations.DAY);
        }
        int justification =
                reading.choice(task.get("justification"), "'justification'", List.of("required", "optional"));
        return new TaskKind(
                name.text(),
                forAgents.isEmpty() ? null : forAgents,
                startedBy,
                params(task.get("params")),
                nanos,
                justification == 0,
                reading.problems().place(name));
    }

    private List<String> names(@Nullable Node node, String what) {
        List<Node.Scalar> words = reading.words(node, what);
        for (int i = 0; agents != null && i < words.size(); i++) {
            Words.known(reading.problems(), words.get(i), "agent", agents);
        }
        return Collections.unmodifiableList(Reading.texts(words));
    }

    private List<String> params(@Nullable Node node) {
        List<Node.Scalar> words = reading.words(node, "'params'");
        List<String> params = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String param = words.get(i).text();
            if (!isIdentifier(param)) {
                reading.problems()
                        .error(
                                words.get(i),
                                "'" + param + "' cannot be a parameter's name",
                                "use letters, digits and '_', and begin with a letter");
            } else if (params.contains(param)) {
                reading.problems().error(words.get(i), "the parameter '" + param + "' stands there twice");
            }
            params.add(param);
        }
        return Collections.unmodifiableList(params);
    }

    /** Conditions name it, so it must be a name there. */
    private static boolean isIdentifier(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (i == 0 || (c != '_' && (c < '0' || c > '9')))) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
