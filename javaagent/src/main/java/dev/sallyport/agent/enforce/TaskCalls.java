package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.TaskDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.Via;
import java.util.Map;
import jdk.internal.misc.VM;
import org.jspecify.annotations.Nullable;

/** Decides the starting of tasks, and has their ends recorded. Safe on any thread; takes no lock. */
final class TaskCalls {

    private static final String OVER = "its time is over";

    private final Enforcement enforcement;
    private final DecisionId.Source ids;
    private @Nullable RunningTasks tasks;

    TaskCalls(Enforcement enforcement, DecisionId.Source ids) {
        this.enforcement = enforcement;
        this.ids = ids;
    }

    /**
     * Starts a task.
     *
     * @param context who starts it, null outside of any agent
     * @param params its parameters, immutable
     * @param justification why, or null
     * @return the context inside of it
     * @throws TaskDeniedException if the policy does not let it be started so
     */
    AgentContext start(
            @Nullable AgentContext context, String name, Map<String, String> params, @Nullable String justification) {
        Enforcement.Snapshot current = enforcement.snapshot();
        PolicyEngine engine = current.engine();
        Attribution attribution = StackReader.read().attribution();
        Call call = Enforcement.call(current, context, Stage.TASK, Via.TOOL, name, attribution);
        Decision barred = engine.barsAnybody() ? Enforcement.barred(engine, context) : null;
        String agent = context == null ? null : context.agent();
        Decision decision = barred == null ? engine.startTask(agent, name, params, justification) : barred;
        if (attribution.origin() == Attribution.Origin.NONE && agent == null && !decision.denied()) {
            decision = engine.builtIn(BuiltIn.NO_IDENTITY);
        }
        TaskKind kind = engine.task(name);
        RunningTask task = null;
        if (kind != null && !decision.denied()) {
            long now = VM.getNanoTimeAdjustment(0) / 1_000_000;
            Task facts = new Task(name, ids.next(now).toString().substring(2), params, now);
            task = new RunningTask(facts, System.nanoTime() + kind.ttlNanos(), attribution);
        }
        // one that is let through although the policy does not know it has a name, and gives nothing
        AgentContext inside = AgentContext.inTask(context, task == null ? name : task);
        Denial denial = enforcement.record(
                current,
                task == null ? context : inside,
                call,
                decision,
                attribution,
                null,
                justification == null && !decision.denied() ? "started" : justification);
        if (denial != null) {
            throw new TaskDeniedException(denial);
        }
        RunningTasks running = tasks;
        if (task != null && running != null) {
            running.add(task, inside);
        }
        return inside;
    }

    /** Ends the task that a context is inside of; nothing happens if it has ended. */
    void end(AgentContext context) {
        if (context.task() instanceof RunningTask task) {
            RunningTasks running = tasks;
            if (running != null) {
                running.remove(task);
            }
            end(task, context, task.running() == null ? OVER : "ended");
        }
    }

    private void end(RunningTask task, AgentContext context, String how) {
        if (!task.end()) {
            return;
        }
        Enforcement.Snapshot current = enforcement.snapshot();
        Call call = Enforcement.call(
                current, context, Stage.TASK, Via.TOOL, task.facts().name(), task.starter());
        enforcement.record(current, context, call, current.engine().taskEnded(), task.starter(), null, how);
    }

    /** Ends the tasks of agents that were stopped. */
    void endThoseOfStopped(Enforcement.Snapshot current) {
        RunningTasks running = tasks;
        if (running == null
                || !current.engine().barsAnybody()
                || !current.policy().killSwitch().endsTasks()) {
            return;
        }
        for (Map.Entry<RunningTask, AgentContext> task : running.all().entrySet()) {
            if (Enforcement.barred(current.engine(), task.getValue()) != null) {
                running.remove(task.getKey());
                end(task.getKey(), task.getValue(), "ended, since its agent was stopped");
            }
        }
    }

    /** Has their ends watched, on a thread that acts for no agent; called once, before any can be started. */
    void watch() {
        RunningTasks made = new RunningTasks((task, context) -> end(task, context, OVER));
        tasks = made;
        made.start();
    }
}
