package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.RuleMatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules of an organisation that go before or after those of every policy. What the policy says of modes does not touch them,
 * and their ids have the layer's name before them.
 *
 * @param name the layer's name
 * @param egress its egress rules in order
 * @param tools its tool rules in order, null if it has no such section
 * @param limits its limits in order
 */
record Layer(
        String name, List<RuleMatcher> egress, @Nullable List<RuleMatcher> tools, List<Limit> limits) {

    private static final List<String> SECTIONS =
            List.of("apiVersion", "kind", "metadata", "groups", "egress", "tools", "limits");

    /** Reads a file; null with the problem noted. */
    static @Nullable Layer read(
            Path file, SourceFiles files, Reading reading, boolean monitorAll, @Nullable PolicyEngine previous) {
        Node root = files.another(file);
        Node.Mapping layer = root == null ? null : reading.mapping(root, "a layer");
        if (layer == null || !PolicyLoader.isOurs(reading, layer, "Layer")) {
            return null;
        }
        reading.mapping(root, "a layer", SECTIONS, List.of());
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
        GroupsSection groups = new GroupsSection(reading, file, previous);
        groups.read(layer.get("groups"));
        RuleSections rules = new RuleSections(
                reading,
                groups,
                List.of(),
                List.of(),
                monitorAll ? Mode.MONITOR : Mode.ENFORCE,
                monitorAll,
                Map.of(),
                List.of(),
                null,
                name.text());
        List<RuleMatcher> egress = rules.egress(layer.get("egress"));
        List<RuleMatcher> tools = rules.tools(layer.get("tools"));
        Node limitsNode = layer.get("limits");
        List<Limit> limits = limitsNode == null ? List.of() : new LimitsSection(reading, rules, 0).read(limitsNode);
        rules.compileConditions();
        groups.warnOfUnused();
        return new Layer(name.text(), egress, tools, limits);
    }

    /** Returns the rules of three in order; null stands for none. */
    static <T> List<T> inOrder(@Nullable List<T> before, @Nullable List<T> own, @Nullable List<T> after) {
        if (before == null && after == null && own != null) {
            return own;
        }
        List<T> all = new ArrayList<>();
        if (before != null) {
            all.addAll(before);
        }
        if (own != null) {
            all.addAll(own);
        }
        if (after != null) {
            all.addAll(after);
        }
        return all;
    }
}
