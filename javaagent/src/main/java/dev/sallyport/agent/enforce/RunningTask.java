package dev.sallyport.agent.enforce;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.TaskUse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A task that was started, until it ends: what the contexts inside it refer to. Safe on any thread. */
final class RunningTask implements Comparable<RunningTask> {

    private final Task facts;
    private final long deadline;
    private final Attribution starter;
    private final PastCalls past = new PastCalls();
    private final TaskUse use = new TaskUse();
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param deadline when it ends at the latest, by {@link System#nanoTime}
     * @param starter whose code started it
     */
    RunningTask(Task facts, long deadline, Attribution starter) {
        this.facts = facts;
        this.deadline = deadline;
        this.starter = starter;
    }

    /** Returns its facts while it runs; null once it has ended or its time is over. */
    @Nullable
    Task running() {
        return !ended.get() && System.nanoTime() - deadline < 0 ? facts : null;
    }

    /** Ends it; returns whether it had not ended before. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    Task facts() {
        return facts;
    }

    long deadline() {
        return deadline;
    }

    Attribution starter() {
        return starter;
    }

    PastCalls past() {
        return past;
    }

    TaskUse use() {
        return use;
    }

    /** Orders by what ends first. */
    @Override
    public int compareTo(RunningTask other) {
        long sooner = deadline - other.deadline;
        return sooner != 0 ? Long.signum(sooner) : facts.id().compareTo(other.facts.id());
    }

    /** Returns its name and id, as the journal and denials have it. */
    @Override
    public String toString() {
        return facts.label();
    }
}
