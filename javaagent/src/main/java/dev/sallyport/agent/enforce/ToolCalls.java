package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.attribution.ToolTellers;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.content.ContentRules;
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
        Decision decision = Enforcement.decision(current, tool, call, attribution);
        ContentRules content = current.engine().content();
        ContentChecks.Checked checked =
                content == null || decision.denied() ? null : ContentChecks.tool(content, call, decision, arguments);
        if (checked != null) {
            decision = checked.decision();
        }
        decision = Enforcement.limited(current, call, decision);
        Denial denial = enforcement.record(
                current, tool, call, decision, attribution, null, checked == null ? arguments : checked.found());
        if (denial == null && current.engine().remembers(name) && ToolTellers.told()) {
            admit(current, tool, call);
        }
        return denial;
    }

    /**
     * What is kept of an allowed call until it ends.
     *
     * @param past what later ones may ask for, null if none does
     * @param id the id of its decision where its end is recorded, else null
     * @param began when it was allowed, by {@link System#nanoTime}
     */
    private record Admitted(
            @Nullable PastCall past, @Nullable DecisionId id, long began) {}

    /** Notes under which id an allowed call is recorded, so that its end can be told of. */
    static void recorded(AgentContext tool, DecisionId id) {
        AtomicReference<Object> admitted = tool.admitted();
        if (admitted != null) {
            admitted.set(new Admitted(null, id, System.nanoTime()));
        }
    }

    /** Keeps of a call what later ones may ask for: its arguments as they are now, before the tool has them. */
    private static void admit(Enforcement.Snapshot current, AgentContext tool, Call call) {
        AtomicReference<Object> admitted = tool.admitted();
        if (admitted != null) {
            Map<String, Object> arguments = current.engine().remembersArguments(String.valueOf(call.target()))
                    ? call.circumstances().arguments()
                    : null;
            PastCall past = new PastCall(String.valueOf(call.target()), call.agent(), 0, arguments);
            admitted.set(
                    admitted.get() instanceof Admitted recorded
                            ? new Admitted(past, recorded.id(), recorded.began())
                            : new Admitted(past, null, 0));
        }
    }

    /** Keeps an allowed tool call that went well, and records its end, the first time that it is told of it. */
    private void remember(AgentContext tool, boolean failed, @Nullable Throwable thrown) {
        AtomicReference<Object> kept = tool.admitted();
        if (kept == null || !(kept.getAndSet(TOLD) instanceof Admitted admitted)) {
            return;
        }
        PastCall call = admitted.past();
        PastCalls past = call == null || failed ? null : pastOf(tool);
        if (call != null && past != null) {
            past.add(new PastCall(call.tool(), call.agent(), System.nanoTime(), call.arguments()));
        }
        DecisionId id = admitted.id();
        if (id != null) {
            String error = thrown != null ? thrown.getClass().getName() : failed ? "result" : null;
            enforcement.toolEnded(id, tool, error, System.nanoTime() - admitted.began());
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
        boolean remembered = admitted != null && admitted.get() instanceof Admitted;
        Enforcement.Snapshot current = enforcement.snapshot();
        Limits limits = current.limits();
        boolean watched = limits != null && limits.watchesOutcomes() && !(thrown instanceof Denied);
        if (!remembered && !watched) {
            return;
        }
        boolean failed = thrown != null || ToolOutcome.failed(result);
        if (remembered) {
            remember(tool, failed, thrown);
        }
        if (limits != null && watched) {
            Call call = Enforcement.call(
                    current, tool, Stage.TOOL, Via.TOOL, String.valueOf(tool.tool()), Attribution.NOBODY);
            long now = System.nanoTime();
            limits.ended(call, failed, now, now);
        }
    }
}
