package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.Limits;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Decides tool calls, and keeps of them what later ones may ask for. Safe on any thread; takes no lock. */
final class ToolCalls {

    /** Stands where a tool call was kept whose end has been told of. */
    private static final Object TOLD = new Object();

    private final Enforcement enforcement;

    ToolCalls(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    /**
     * Decides a tool call.
     *
     * @param tool the context that it would run in: what a refusal says may reach the model, as whatever is refused inside
     * @param arguments a JSON text, or a map
     * @return null if it may happen
     */
    @Nullable
    Denial decide(AgentContext tool, @Nullable Object arguments) {
        Enforcement.Snapshot current = enforcement.snapshot();
        Attribution attribution = StackReader.read().attribution();
        String name = String.valueOf(tool.tool());
        Call call = new Call(
                Stage.TOOL,
                Via.TOOL,
                Enforcement.agent(tool, attribution, current),
                attribution.library(),
                null,
                null,
                -1,
                null,
                name,
                new CallCircumstances(tool, arguments == null ? Map.of() : arguments));
        Denial denial = enforcement.decide(current, tool, call, attribution, null, arguments);
        if (denial == null && current.engine().remembers(name)) {
            admit(current, tool, call);
        }
        return denial;
    }

    /** Keeps of a call what later ones may ask for: its arguments as they are now, before the tool has them. */
    private static void admit(Enforcement.Snapshot current, AgentContext tool, Call call) {
        AtomicReference<Object> admitted = tool.admitted();
        if (admitted != null) {
            Map<String, Object> arguments = current.engine().remembersArguments(String.valueOf(call.target()))
                    ? call.circumstances().arguments()
                    : null;
            admitted.set(new PastCall(String.valueOf(call.target()), call.agent(), 0, arguments));
        }
    }

    /** Keeps an allowed tool call that went well, the first time that it is told of its end. */
    private static void remember(AgentContext tool, boolean failed) {
        AtomicReference<Object> admitted = tool.admitted();
        Object kept = admitted == null ? null : admitted.getAndSet(TOLD);
        if (kept instanceof PastCall call && !failed) {
            PastCalls past = pastOf(tool);
            if (past != null) {
                past.add(new PastCall(call.tool(), call.agent(), System.nanoTime(), call.arguments()));
            }
        }
    }

    /** Returns where the calls of a task, or else of a run of an agent, are kept; null where nothing ties them together. */
    private static @Nullable PastCalls pastOf(AgentContext context) {
        if (context.task() instanceof RunningTask task && task.running() != null) {
            return task.past();
        }
        AtomicReference<Object> run = context.run();
        if (run == null) {
            return null;
        }
        return run.updateAndGet(kept -> kept == null ? new PastCalls() : kept) instanceof PastCalls past ? past : null;
    }

    /** Hears how an allowed tool call ended; throws nothing. */
    void ended(AgentContext tool, @Nullable Object result, @Nullable Throwable thrown) {
        AtomicReference<Object> admitted = tool.admitted();
        boolean remembered = admitted != null && admitted.get() instanceof PastCall;
        Enforcement.Snapshot current = enforcement.snapshot();
        Limits limits = current.limits();
        boolean watched = limits != null && limits.watchesOutcomes() && !(thrown instanceof Denied);
        if (!remembered && !watched) {
            return;
        }
        boolean failed = thrown != null || ToolOutcome.failed(result);
        if (remembered) {
            remember(tool, failed);
        }
        if (limits != null && watched) {
            Call call = Enforcement.call(
                    current, tool, Stage.TOOL, Via.TOOL, String.valueOf(tool.tool()), Attribution.NOBODY);
            long now = System.nanoTime();
            limits.ended(call, failed, now, now);
        }
    }
}
