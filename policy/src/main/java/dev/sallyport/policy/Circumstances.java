package dev.sallyport.policy;

import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.TaskUse;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a call, for the rules that ask: for whom it is made, in which task, with which arguments. Asked on the
 * thread that decides the call, while it is decided; what an answer costs is paid when it is asked for.
 */
public interface Circumstances {

    /** Nothing is known. */
    Circumstances NONE = new Circumstances() {

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public @Nullable Task task() {
            return null;
        }

        @Override
        public @Nullable Map<String, Object> arguments() {
            return null;
        }
    };

    /** Returns the person or system that the chain of agents acts for, null if nobody said. */
    @Nullable
    String subject();

    /** Returns the innermost task that the call is in; null if it is in none, or the task has ended. */
    @Nullable
    Task task();

    /**
     * Returns the arguments of a tool call by name: immutable, and of {@code String}, {@code Long}, {@code Double}, {@code
     * Boolean}, {@code List} and {@code Map} with text keys alone, to any depth. Values may be null. Always the same object for
     * one call.
     *
     * @return null if the call is not of a tool, or its arguments cannot be read: then nothing is known of them
     */
    @Nullable
    Map<String, Object> arguments();

    /**
     * Returns the tool calls that ended well in the same task; outside of any, since an agent was entered from outside of
     * all agents.
     *
     * @return null if there were none, or nothing ties the call to any
     */
    default @Nullable PastCalls past() {
        return null;
    }

    /** Returns what the task of {@link #task} has used of limits; null if the call is in none. */
    default @Nullable TaskUse taskUse() {
        return null;
    }

    /** Returns the time. */
    default Instant now() {
        return Instant.now();
    }

    /** Returns the time by the clock that limits count by, which nobody sets: {@link System#nanoTime}. */
    default long nanoTime() {
        return System.nanoTime();
    }
}
