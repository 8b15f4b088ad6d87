package dev.sallyport.policy.load;

import dev.sallyport.policy.TaskKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layers that a policy stands between, of which at least one is there. The policy's rules may name the tasks and approvals of
 * both.
 *
 * @param before what goes before the policy, null if nothing does
 * @param after what goes after it, null if nothing does
 */
record Layers(@Nullable LayerFile before, @Nullable LayerFile after) {

    /** Notes the names that are taken by two of the three. */
    void noteTaken(Node.Mapping policy, Problems problems) {
        LayerFile first = before;
        LayerFile last = after;
        if (first != null) {
            noteTaken(first, policy, problems);
        }
        if (last != null) {
            noteTaken(last, policy, problems);
        }
        if (first != null && last != null) {
            if (first.name().equals(last.name())) {
                problems.error(0, 0, "both layers are called '" + last.name() + "'", "their rules need different ids");
            }
            noteTaken(first, last.root(), problems);
        }
    }

    private static void noteTaken(LayerFile layer, Node.Mapping other, Problems problems) {
        layer.noteTaken(other.get("tasks"), layer.tasks().keySet(), "a task", problems);
        layer.noteTaken(other.get("approvals"), layer.approvals(), "an approval", problems);
    }

    /** Returns the policy's kinds of tasks with those of the layers. */
    Map<String, TaskKind> tasks(Map<String, TaskKind> ofPolicy) {
        Map<String, TaskKind> all = new LinkedHashMap<>(ofPolicy);
        all.putAll(before == null ? Map.of() : before.tasks());
        all.putAll(after == null ? Map.of() : after.tasks());
        return all;
    }

    /** Returns the names of the policy's approvals with those of the layers. */
    List<String> approvals(List<String> ofPolicy) {
        List<String> all = new ArrayList<>(ofPolicy);
        all.addAll(before == null ? List.of() : before.approvals());
        all.addAll(after == null ? List.of() : after.approvals());
        return all;
    }
}
