package dev.sallyport.cli;

import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where things stand in a policy's file. */
final class PolicyPlaces {

    private final String file;
    private final Node.@Nullable Mapping root;
    private final Map<String, Node.Mapping> rules = new HashMap<>();

    private PolicyPlaces(String file, Node.@Nullable Mapping root) {
        this.file = file;
        this.root = root;
        for (String section : List.of("egress", "tools", "limits", "content")) {
            if (section(section) instanceof Node.Sequence list) {
                for (Node item : list.items()) {
                    if (item instanceof Node.Mapping rule && rule.get("id") instanceof Node.Scalar id) {
                        rules.put(id.text(), rule);
                    }
                }
            }
        }
    }

    /**
     * Reads {@code file}.
     *
     * @throws IOException if it cannot be read
     */
    static PolicyPlaces read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        Node root = YamlFile.read(file, new Problems(name));
        return new PolicyPlaces(name, root instanceof Node.Mapping mapping ? mapping : null);
    }

    /** Returns a section, or null. */
    @Nullable
    Node section(String name) {
        return root == null ? null : root.get(name);
    }

    /** Returns the node of a group or agent; null if the file does not hold it. */
    @Nullable
    Node entry(String section, String name) {
        return section(section) instanceof Node.Mapping mapping ? mapping.get(name) : null;
    }

    /** Returns the node of the key that names a group or agent; null if the file does not hold it. */
    @Nullable
    Node key(String section, String name) {
        if (section(section) instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                if (entry.key().text().equals(name)) {
                    return entry.key();
                }
            }
        }
        return null;
    }

    /** Returns the node of a rule; null if the file does not hold it. */
    @Nullable
    Node rule(String id) {
        return rules.get(id);
    }

    /** Returns something to say at a place; null is no place in particular. */
    Problem at(@Nullable Node place, String message, @Nullable String suggestion) {
        return new Problem(
                Problem.Severity.WARNING,
                file,
                place == null ? 0 : place.line(),
                place == null ? 0 : place.column(),
                message,
                suggestion);
    }
}
