package dev.sallyport.cli;

import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where things stand in a policy's files. */
final class PolicyPlaces {

    private final String file;
    private final List<Node.Mapping> roots = new ArrayList<>();
    private final Map<String, Node.Mapping> layers = new LinkedHashMap<>();
    private final IdentityHashMap<Node, String> files = new IdentityHashMap<>();
    private final Map<String, Node.Mapping> rules = new HashMap<>();

    private PolicyPlaces(String file) {
        this.file = file;
    }

    /**
     * Reads {@code file}, or the files of a directory; a bundle has no places.
     *
     * @param layers the files of the layers that it is loaded with
     * @throws IOException if one cannot be read
     */
    static PolicyPlaces read(Path file, List<Path> layers) throws IOException {
        PolicyPlaces places = new PolicyPlaces(String.valueOf(file.getFileName()));
        for (Path layer : layers) {
            places.addLayer(layer);
        }
        if (!Files.isDirectory(file)) {
            places.add(file);
            return places;
        }
        List<Path> parts;
        try (Stream<Path> all = Files.list(file)) {
            parts = all.filter(part -> part.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        for (Path part : parts) {
            places.add(part);
        }
        return places;
    }

    private void add(Path part) throws IOException {
        String name = String.valueOf(part.getFileName());
        if (YamlFile.read(part, new Problems(name)) instanceof Node.Mapping root) {
            roots.add(root);
            remember(root, name);
            rules(root, "");
        }
    }

    private void addLayer(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (YamlFile.read(file, new Problems(name)) instanceof Node.Mapping root
                && root.get("metadata") instanceof Node.Mapping metadata
                && metadata.get("name") instanceof Node.Scalar layer) {
            layers.put(layer.text(), metadata);
            remember(root, name);
            rules(root, layer.text() + ':');
        }
    }

    private void rules(Node.Mapping root, String prefix) {
        for (String section : List.of("egress", "tools", "limits", "content")) {
            if (root.get(section) instanceof Node.Sequence list) {
                for (Node item : list.items()) {
                    if (item instanceof Node.Mapping rule && rule.get("id") instanceof Node.Scalar id) {
                        rules.put(prefix + id.text(), rule);
                    }
                }
            }
        }
    }

    private void remember(Node node, String name) {
        files.put(node, name);
        if (node instanceof Node.Sequence list) {
            list.items().forEach(item -> remember(item, name));
        } else if (node instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                files.put(entry.key(), name);
                remember(entry.value(), name);
            }
        }
    }

    /** Returns what the layers say of themselves, by their names. */
    Map<String, Node.Mapping> layers() {
        return layers;
    }

    /** Returns the node of a group or agent, or of a key of a section; null if no file holds it. */
    @Nullable
    Node entry(String section, String name) {
        for (Node.Mapping root : roots) {
            Node node = root.get(section) instanceof Node.Mapping mapping ? mapping.get(name) : null;
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    /** Returns the node of the key that names a group or agent; null if no file holds it. */
    @Nullable
    Node key(String section, String name) {
        for (Node.Mapping root : roots) {
            if (root.get(section) instanceof Node.Mapping mapping) {
                for (Node.Entry entry : mapping.entries()) {
                    if (entry.key().text().equals(name)) {
                        return entry.key();
                    }
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
                place == null ? file : files.getOrDefault(place, file),
                place == null ? 0 : place.line(),
                place == null ? 0 : place.column(),
                message,
                suggestion);
    }
}
