package dev.sallyport.policy.condition;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool call that was allowed and ended well. Immutable.
 *
 * @param tool the tool's name
 * @param agent the agent that made it
 * @param nanos when it ended, by {@link System#nanoTime}
 * @param arguments its arguments as {@link dev.sallyport.policy.Circumstances#arguments} gave them; null if they could not
 *     be read or no rule asks for them
 */
public record PastCall(
        String tool, String agent, long nanos, @Nullable Map<String, Object> arguments) {}
