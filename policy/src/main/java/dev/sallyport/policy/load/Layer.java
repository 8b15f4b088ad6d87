package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules of an organisation that go before or after those of every policy. What the policy says of modes does not touch them,
 * and their ids have the layer's name before them.
 *
 * @param egress its egress rules in order
 * @param tools its tool rules in order, null if it has no such section
 * @param limits its limits in order
 * @param content its rules for content in order
 * @param residency where it lets data go, null if it does not say
 * @param conditions those of its rules, checked
 */
record Layer(
        List<RuleMatcher> egress,
        @Nullable List<RuleMatcher> tools,
        List<Limit> limits,
        List<ContentRule> content,
        @Nullable Residency residency,
        List<Expression> conditions) {

    /**
     * Reads the rules of a layer.
     *
     * @param tasks the kinds of tasks of the policy and of all its layers
     * @param previous the engine in force, whose files need not be read again if they have not changed; null if there is none
     */
    static Layer read(
            LayerFile file,
            Reading reading,
            Map<String, TaskKind> tasks,
            boolean monitorAll,
            @Nullable PolicyEngine previous) {
        GroupsSection groups = new GroupsSection(reading, file.path(), previous);
        groups.read(file.root().get("groups"));
        RuleSections rules = new RuleSections(
                reading,
                groups,
                List.of(),
                List.of(),
                monitorAll ? Mode.MONITOR : Mode.ENFORCE,
                monitorAll,
                tasks,
                file.approvals(),
                null,
                file.name());
        List<RuleMatcher> egress = rules.egress(file.root().get("egress"));
        List<RuleMatcher> tools = rules.tools(file.root().get("tools"));
        Node limitsNode = file.root().get("limits");
        List<Limit> limits = limitsNode == null ? List.of() : new LimitsSection(reading, rules, true).read(limitsNode);
        Node contentNode = file.root().get("content");
        List<ContentRule> content =
                contentNode == null ? List.of() : new ContentSection(reading, rules).read(contentNode);
        Node residencyNode = file.root().get("residency");
        Residency residency = residencyNode == null ? null : groups.files().residency(residencyNode, !monitorAll);
        List<Expression> conditions = rules.conditions(false);
        groups.warnOfUnused();
        return new Layer(egress, tools, limits, content, residency, conditions);
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
