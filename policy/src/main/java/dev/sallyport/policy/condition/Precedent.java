package dev.sallyport.policy.condition;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.match.Glob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must have happened before: a call of a tool that was allowed and ended well, in the same task, or outside of tasks
 * in the same run of an agent. Immutable.
 *
 * @param tools globs over the tool's name
 * @param withinNanos how long ago at most; {@link Long#MAX_VALUE} for any time
 * @param within the same as it was written; null if it was not
 * @param where what must hold of that call and this one; null if nothing must
 */
public record Precedent(
        List<Glob> tools,
        long withinNanos,
        @Nullable String within,
        @Nullable Expression where) {

    /** Returns whether calls of a tool are to be remembered for this. */
    public boolean concerns(String tool) {
        for (int i = 0; i < tools.size(); i++) {
            if (tools.get(i).matches(tool)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether it has happened before {@code call}. An error in {@code where} leaves a past call out. */
    boolean happened(Call call) {
        PastCalls past = call.circumstances().past();
        if (past == null) {
            return false;
        }
        long now = call.circumstances().nanoTime();
        List<PastCall> calls =
                past.of(this, withinNanos == Long.MAX_VALUE ? now - Long.MAX_VALUE / 2 : now - withinNanos);
        for (int i = 0; i < calls.size(); i++) {
            if (where == null || where.test(call, calls.get(i)) == Expression.Truth.TRUE) {
                return true;
            }
        }
        return false;
    }

    /** Says that it has not happened. */
    String fault() {
        StringBuilder text = new StringBuilder("no ");
        for (int i = 0; i < tools.size(); i++) {
            text.append(i == 0 ? "" : " or ").append(tools.get(i).text());
        }
        text.append(" went well before it");
        if (within != null) {
            text.append(" within ").append(within);
        }
        if (where != null) {
            text.append(" where ").append(where.text());
        }
        return text.toString();
    }
}
