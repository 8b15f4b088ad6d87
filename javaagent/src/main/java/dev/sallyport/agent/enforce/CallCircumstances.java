package dev.sallyport.agent.enforce;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.TaskUse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the acting context, and the arguments that a framework handed over, tell of a call. Reads the arguments once. */
final class CallCircumstances implements Circumstances {

    private final AgentContext context;
    private final @Nullable Object given;
    private @Nullable Map<String, Object> arguments;
    private boolean read;

    /**
     * @param context the acting context
     * @param arguments a tool's arguments as its framework has them, null if the call is not of a tool or has none
     */
    CallCircumstances(AgentContext context, @Nullable Object arguments) {
        this.context = context;
        this.given = arguments;
    }

    @Override
    public @Nullable String subject() {
        return context.subject();
    }

    @Override
    public @Nullable Task task() {
        return context.task() instanceof RunningTask task ? task.running() : null;
    }

    @Override
    public @Nullable PastCalls past() {
        if (context.task() instanceof RunningTask task && task.running() != null) {
            return task.past();
        }
        AtomicReference<Object> run = context.run();
        return run != null && run.get() instanceof PastCalls past ? past : null;
    }

    @Override
    public @Nullable TaskUse taskUse() {
        return context.task() instanceof RunningTask task && task.running() != null ? task.use() : null;
    }

    @Override
    public @Nullable Map<String, Object> arguments() {
        if (!read) {
            arguments = given == null ? null : ToolArguments.read(given);
            read = true;
        }
        return arguments;
    }
}
