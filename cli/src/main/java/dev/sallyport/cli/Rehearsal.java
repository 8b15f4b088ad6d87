package dev.sallyport.cli;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.Limits;
import dev.sallyport.policy.limit.TaskUse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts attempts to a policy one after the other, as if each were made: limits count them, and rules that ask what went before find
 * them. It begins with limits of which nobody has used anything. For one thread.
 */
final class Rehearsal {

    /** The time of what is tried now, by the clock that limits count by: nothing looks back so far. */
    private static final long PRESENT = Duration.ofDays(1_000).toNanos();

    private final PolicyEngine engine;
    private final Instant now;
    private final Limits limits;
    private final Map<Task, TaskUse> uses = new HashMap<>();
    private final Map<@Nullable Task, PastCalls> past = new HashMap<>();

    /** @param now when what is tried now is tried; null for the time that it is */
    Rehearsal(PolicyEngine engine, @Nullable Instant now) {
        this.engine = engine;
        this.now = now == null ? Instant.now() : now;
        this.limits = new Limits(engine.limits(), null);
    }

    /** What surrounds an attempt in the rehearsal. */
    private record Around(
            Circumstances said,
            @Nullable TaskUse taskUse,
            @Nullable PastCalls past,
            Instant now,
            long nanoTime) implements Circumstances {

        @Override
        public @Nullable String subject() {
            return said.subject();
        }

        @Override
        public @Nullable Task task() {
            return said.task();
        }

        @Override
        public @Nullable Map<String, Object> arguments() {
            return said.arguments();
        }
    }

    /**
     * Tries something now.
     *
     * @param times how often, one after the other; the last is told, or the first that is refused
     */
    Trial trial(Attempt attempt, int times) {
        return trial(attempt, times, Duration.ZERO, false);
    }

    /**
     * Tries something that was tried a while ago. Calls must be given in the order of their times.
     *
     * @param ago how long ago
     * @param failed whether it failed by the fault of the far end, or of the tool
     */
    Trial trial(Attempt attempt, int times, Duration ago, boolean failed) {
        long at = PRESENT - ago.toNanos();
        Task task = attempt.surroundings().task();
        PastCalls before = past.computeIfAbsent(task, key -> new PastCalls());
        Around around = new Around(
                attempt.surroundings(),
                task == null ? null : uses.computeIfAbsent(task, key -> new TaskUse()),
                before,
                now.minus(ago),
                at);
        Trial trial = Trial.of(engine, limits, attempt, around);
        end(trial, attempt, before, at, failed);
        for (int i = 1; i < times && !trial.last().decision().denied(); i++) {
            trial = Trial.of(engine, limits, attempt, around);
            end(trial, attempt, before, at, failed);
        }
        return trial;
    }

    private void end(Trial trial, Attempt attempt, PastCalls before, long at, boolean failed) {
        if (trial.last().decision().denied() || attempt.enters()) {
            return;
        }
        for (Trial.Step step : trial.steps()) {
            limits.ended(step.call(), failed && step.call().via() == attempt.via(), at, at);
        }
        Call last = trial.last().call();
        if (last.via() == Via.TOOL && !failed) {
            before.add(new PastCall(
                    String.valueOf(last.target()),
                    last.agent(),
                    at,
                    last.circumstances().arguments()));
        }
    }
}
