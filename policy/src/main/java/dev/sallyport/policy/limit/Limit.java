package dev.sallyport.policy.limit;

import dev.sallyport.policy.Rule;
import dev.sallyport.policy.match.RuleMatcher;
import org.jspecify.annotations.Nullable;

/** One entry of a policy's {@code limits}, as it was read. How much is used of it, {@link Limits} knows. */
public sealed interface Limit {

    /** Returns the rule that stands for it in evidence. */
    default Rule rule() {
        return matcher().rule();
    }

    /** Returns which calls it concerns. */
    RuleMatcher matcher();

    /** Returns what a call needs that goes beyond it: a clause that begins with a semicolon; empty if nothing helps. */
    String beyond();

    /** Returns the same limit for other calls, or in another mode. */
    Limit with(RuleMatcher changed);

    /**
     * So much within a time, or within a task.
     *
     * @param matcher which calls it concerns
     * @param measure what is counted
     * @param argument the argument that is added up; null unless the measure is {@link Measure#ARGUMENT}
     * @param key by what it is counted apart; null for one budget for all
     * @param perTask whether each task has a budget of its own, and calls outside of tasks are not concerned
     * @param perNanos within which time, in nanoseconds; 0 with {@code perTask}
     * @param max how much: calls, bytes, or thousandths of an argument's unit
     * @param meaning everything but {@code max}, the action, the mode and the references as text: budgets of the same
     *     meaning are the same one before and after a change of the policy
     * @param words {@code 30 tool.calls within 1m}
     * @param beyond what a call needs that goes beyond it
     */
    record Budget(
            RuleMatcher matcher,
            Measure measure,
            @Nullable Argument argument,
            @Nullable Key key,
            boolean perTask,
            long perNanos,
            long max,
            String meaning,
            String words,
            String beyond)
            implements Limit {

        @Override
        public Limit with(RuleMatcher changed) {
            return new Budget(changed, measure, argument, key, perTask, perNanos, max, meaning, words, beyond);
        }
    }

    /**
     * No more calls to what fails too often, for a while.
     *
     * @param matcher which calls it concerns
     * @param failureRate the share of calls that fail from which on nothing is let through, above 0 and at most 1
     * @param minCalls how many calls there must have been within the window
     * @param windowNanos the window, in nanoseconds
     * @param openNanos for how long nothing is let through before one call is tried, in nanoseconds
     * @param key by what it is counted apart
     * @param meaning everything but the action, the mode and the references as text
     * @param words {@code half of 20 calls or more within 30s}
     * @param beyond what a call needs that goes beyond it
     */
    record Breaker(
            RuleMatcher matcher,
            double failureRate,
            int minCalls,
            long windowNanos,
            long openNanos,
            Key key,
            String meaning,
            String words,
            String beyond)
            implements Limit {

        @Override
        public Limit with(RuleMatcher changed) {
            return new Breaker(changed, failureRate, minCalls, windowNanos, openNanos, key, meaning, words, beyond);
        }
    }
}
