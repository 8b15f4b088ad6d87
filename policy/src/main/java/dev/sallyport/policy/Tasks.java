package dev.sallyport.policy;

import dev.sallyport.policy.match.RuleMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which tasks may be started, and what is recorded of them. Loaded when the first one is. */
final class Tasks {

    private Tasks() {}

    /** Decides as {@link PolicyEngine#startTask} says. */
    static Decision start(
            Map<String, TaskKind> tasks,
            BuiltInRules builtIns,
            String from,
            String task,
            Map<String, String> params,
            @Nullable String justification) {
        TaskKind kind = tasks.get(task);
        String fault = kind == null
                ? tasks.isEmpty() ? "the policy knows no tasks" : "the policy knows no task '" + task + "'"
                : kind.fault(from, params, justification);
        Rule builtIn = builtIns.of(BuiltIn.TASKS).rule();
        String why = fault == null ? "task " + task + " may be started so" : fault;
        Action action = fault == null ? Action.ALLOW : Action.DENY;
        String source = kind == null ? builtIn.source() : kind.source();
        return RuleMatcher.decided(new Rule(BuiltIn.TASKS.id(), action, builtIn.mode(), source, why, List.of()));
    }

    /** Returns what is recorded when a task ends. */
    static Decision ended(BuiltInRules builtIns) {
        return RuleMatcher.decided(BuiltIn.TASKS.rule(
                Action.ALLOW, builtIns.of(BuiltIn.TASKS).rule().mode()));
    }
}
