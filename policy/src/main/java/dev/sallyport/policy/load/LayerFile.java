package dev.sallyport.policy.load;

import dev.sallyport.policy.TaskKind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer's file, of which is read so far what the rules of the policy may name too.
 *
 * @param name the layer's name
 * @param path the file
 * @param root what stands in it
 * @param tasks its kinds of tasks by name
 * @param approvals the names of its approvals
 */
record LayerFile(String name, Path path, Node.Mapping root, Map<String, TaskKind> tasks, List<String> approvals) {

    private static final List<String> SECTIONS = List.of(
            "apiVersion",
            "kind",
            "metadata",
            "groups",
            "egress",
            "tools",
            "tasks",
            "limits",
            "content",
            "approvals",
            "residency");
    /** What only a policy can say, and why. */
    private static final Map<String, String> OF_THE_POLICY = Map.of(
            "agents", "a layer goes with many policies, each of which says what its agents are",
            "identity", "a layer goes with many policies, each of which says what its agents are",
            "defaults",
                    "the rules of a layer are enforced unless they say 'mode: monitor', whatever the policy's defaults are",
            "killSwitch", "each policy says what stopping its agents does",
            "audit", "each policy says where its journal is written",
            "anomaly", "each policy says what is unusual for its agents");

    /** Reads a file; null with the problem noted. */
    static @Nullable LayerFile read(Path file, SourceFiles files, Reading reading) {
        Node root = files.another(file);
        Node.Mapping layer = root == null ? null : reading.mapping(root, "a layer");
        if (layer == null || !PolicyLoader.isOurs(reading, layer, "Layer")) {
            return null;
        }
        sections(layer, reading.problems());
        Node.Mapping metadata = reading.mapping(
                layer.get("metadata"), "'metadata'", List.of("name", "version", "owner", "reviewBy"), List.of());
        Node.Scalar name = metadata == null ? null : reading.word(metadata.get("name"), "'name'");
        if (metadata != null) {
            reading.review(metadata.get("reviewBy"), "the layer");
        }
        if (name == null) {
            reading.problems()
                    .error(
                            layer,
                            "the layer has no name",
                            "write 'metadata: {name: org}': its rules' ids begin with it");
            return null;
        }
        if (!Words.isName(name.text())) {
            reading.problems().error(name, "'" + name.text() + "' cannot be a layer's name", Words.NAME_RULE);
        }
        Node tasks = layer.get("tasks");
        Node approvals = layer.get("approvals");
        return new LayerFile(
                name.text(),
                file,
                layer,
                tasks == null ? Map.of() : new TasksSection(reading, null).read(tasks),
                approvals == null ? List.of() : new ApprovalsSection(reading).read(approvals));
    }

    private static void sections(Node.Mapping layer, Problems problems) {
        for (int i = 0; i < layer.entries().size(); i++) {
            Node.Scalar key = layer.entries().get(i).key();
            String why = OF_THE_POLICY.get(key.text());
            if (why != null) {
                problems.error(key, "a layer cannot have '" + key.text() + "': " + why, "write it into the policy");
            } else if (!SECTIONS.contains(key.text())) {
                String suggestion = Problems.suggest(key.text(), SECTIONS);
                problems.error(
                        key,
                        "unknown key '" + key.text() + "' in a layer",
                        suggestion == null ? "the keys there are " + Reading.words(SECTIONS) : suggestion);
            }
        }
    }

    /**
     * Notes which names of a section this layer has too.
     *
     * @param section a section of the policy, or of another layer
     * @param taken the names that this layer has there
     * @param what what they name
     */
    void noteTaken(@Nullable Node section, Collection<String> taken, String what, Problems problems) {
        if (!(section instanceof Node.Mapping mapping)) {
            return;
        }
        for (int i = 0; i < mapping.entries().size(); i++) {
            Node.Scalar key = mapping.entries().get(i).key();
            if (taken.contains(key.text())) {
                problems.error(
                        key,
                        "the layer '" + name + "' has " + what + " '" + key.text() + "' already",
                        "choose another name, or use the layer's");
            }
        }
    }
}
