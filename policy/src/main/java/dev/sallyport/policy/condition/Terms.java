package dev.sallyport.policy.condition;

import dev.sallyport.policy.Call;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tool rule asks of a call beside its name and agent: all must hold. Where it cannot be told, a rule that allows does
 * not match, and any other does. Immutable.
 *
 * @param schema what the arguments must be, null for anything
 * @param when what must hold, null for nothing
 * @param after what must have happened before; empty for nothing
 */
public record Terms(
        @Nullable ArgumentSchema schema, @Nullable Expression when, List<Precedent> after) {

    /**
     * Returns whether the terms hold.
     *
     * @param doubtful what to answer where it cannot be told
     */
    public boolean hold(Call call, boolean doubtful) {
        if (schema != null) {
            Map<String, Object> arguments = call.circumstances().arguments();
            if (arguments == null) {
                return doubtful;
            }
            if (schema.fault(arguments, "args") != null) {
                return false;
            }
        }
        if (when != null) {
            Expression.Truth truth = when.test(call, null);
            if (truth == Expression.Truth.ERROR ? !doubtful : truth == Expression.Truth.FALSE) {
                return false;
            }
        }
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).happened(call)) {
                return false;
            }
        }
        return true;
    }

    /** Says which of them does not hold; null if all do. */
    public @Nullable String fault(Call call, boolean doubtful) {
        if (schema != null) {
            Map<String, Object> arguments = call.circumstances().arguments();
            if (arguments == null) {
                return doubtful ? null : "its argsSchema needs the arguments, and they cannot be read";
            }
            String fault = schema.fault(arguments, "args");
            if (fault != null) {
                return fault;
            }
        }
        if (when != null) {
            Expression.Truth truth = when.test(call, null);
            if (truth == Expression.Truth.FALSE) {
                return "its condition does not hold: " + when.text();
            }
            if (truth == Expression.Truth.ERROR && !doubtful) {
                return "its condition cannot be told (" + when.error(call) + "): " + when.text();
            }
        }
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).happened(call)) {
                return after.get(i).fault();
            }
        }
        return null;
    }

    /** Returns what cannot be told of {@code call}, so that a rule that does not allow matches; null if all can. */
    public @Nullable String doubt(Call call) {
        if (schema != null && call.circumstances().arguments() == null) {
            return "its argsSchema needs the arguments, and they cannot be read";
        }
        return when != null && when.test(call, null) == Expression.Truth.ERROR
                ? "its condition cannot be told (" + when.error(call) + "): " + when.text()
                : null;
    }
}
