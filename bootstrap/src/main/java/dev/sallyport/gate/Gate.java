package dev.sallyport.gate;

import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls, and nothing else. Each method is safe on any thread, at any depth, and never throws anything
 * but a {@link dev.sallyport.Denied}.
 *
 * <p>The enforcer is a static final field: the compiler folds it into woven code, and reflection cannot replace it.
 */
public final class Gate {

    private static final @Nullable Enforcer ENFORCER = Handover.take();

    private Gate() {}

    /** Returns whether an enforcer stands behind the gate; false in a JVM that was started without the agent. */
    public static boolean stands() {
        return ENFORCER != null;
    }

    /** Called at the first instruction of a woven method: throws if the call is denied. */
    public static void before(int point, @Nullable Object a, @Nullable Object b, int n) {
        Enforcer enforcer = ENFORCER;
        if (enforcer != null) {
            try {
                enforcer.before(point, a, b, n);
            } catch (Throwable denial) {
                throw sneak(denial);
            }
        }
    }

    /** Called with what a woven method is about to return: gives back what it shall return. */
    public static @Nullable Object after(@Nullable Object result, int point, @Nullable Object a) {
        Enforcer enforcer = ENFORCER;
        if (enforcer == null) {
            return result;
        }
        try {
            return enforcer.after(point, a, result);
        } catch (Throwable denial) {
            throw sneak(denial);
        }
    }

    /** Called at the start of a woven method whose body runs in a context of its own; pairs with {@link #leave()}. */
    public static void enter(int point, @Nullable Object a, @Nullable Object b) {
        AgentContext current = CurrentAgent.get();
        Enforcer enforcer = ENFORCER;
        if (enforcer == null) {
            CurrentAgent.enter(current);
            return;
        }
        try {
            CurrentAgent.enter(enforcer.enter(point, current, a, b));
        } catch (Throwable denial) {
            throw sneak(denial);
        }
    }

    /** Called where such a method returns or throws. */
    public static void leave() {
        CurrentAgent.leave();
    }

    /** Enters an agent by name; behind {@link dev.sallyport.AgentScope}, {@code @RunsAs} and {@code entry:}. */
    public static CurrentAgent.Frame enterAgent(String agent, @Nullable String subject) {
        AgentContext current = CurrentAgent.get();
        Enforcer enforcer = ENFORCER;
        return CurrentAgent.enter(
                enforcer == null
                        ? AgentContext.entered(agent, current, subject)
                        : enforcer.enterAgent(current, agent, subject));
    }

    /**
     * Decides a tool call for a framework that can hand a refusal to the model: returns the denial, or null, and then
     * the tool's context is entered and {@link #leave()} must follow.
     */
    public static @Nullable Denial tool(
            int point,
            String tool,
            @Nullable Object arguments,
            @Nullable String frameworkAgent,
            @Nullable String callId) {
        Enforcer enforcer = ENFORCER;
        Denial denial = enforcer == null ? null : enforcer.tool(point, tool, arguments, frameworkAgent, callId);
        if (denial == null) {
            CurrentAgent.enter(AgentContext.inTool(CurrentAgent.get(), tool, callId));
        }
        return denial;
    }

    /** Decides a tool call for a plain method: throws {@link ToolDeniedException} if it is refused. */
    public static void guardedTool(int point, String tool, @Nullable Object arguments) {
        Denial denial = tool(point, tool, arguments, null, null);
        if (denial != null) {
            throw new ToolDeniedException(denial);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneak(Throwable throwable) throws T {
        throw (T) throwable;
    }
}
