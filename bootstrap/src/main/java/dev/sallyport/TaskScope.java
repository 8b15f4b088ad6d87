package dev.sallyport;

import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stretch of code that runs as one task, such as the handling of one refund:
 *
 * <pre>{@code
 * try (TaskScope task = TaskScope.start("process-refund", Map.of("orderId", order), "the customer asked")) {
 *     ...
 * }
 * }</pre>
 *
 * What the policy allows {@code during} such a task, it allows in there, to the agents that the task is for, on whatever
 * thread their work is handed to. It ends when the scope is closed or its time is over, whichever comes first, and with it
 * what it allowed, for work that is still under way too. Scopes nest: the innermost task counts. The thread that opened a
 * scope should close it, innermost first; the task ends whoever closes it. Closing twice does nothing. Without the agent in
 * the JVM a scope does nothing.
 */
public final class TaskScope implements AutoCloseable {

    private final CurrentAgent.Frame frame;
    private boolean closed;

    private TaskScope(CurrentAgent.Frame frame) {
        this.frame = frame;
    }

    /**
     * Starts a task that needs no justification.
     *
     * @param task its name in the policy
     * @param params its parameters: those that the policy names, and no others
     * @throws TaskDeniedException if the policy does not let the current agent start it so
     */
    public static TaskScope start(String task, Map<String, String> params) {
        return start(task, params, null);
    }

    /**
     * Starts a task.
     *
     * @param task its name in the policy
     * @param params its parameters: those that the policy names, and no others
     * @param justification why it is started, for the record; null if there is nothing to say
     * @throws TaskDeniedException if the policy does not let the current agent start it so
     */
    public static TaskScope start(String task, Map<String, String> params, @Nullable String justification) {
        return new TaskScope(Gate.startTask(task, Map.copyOf(params), justification));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Gate.endTask(frame);
        }
    }
}
