package dev.sallyport.gate;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.ToolDeniedException;
import java.util.Map;
import jdk.internal.reflect.CallerSensitive;
import jdk.internal.reflect.Reflection;
import org.jspecify.annotations.Nullable;

/**
 * What woven code calls, and nothing else. Each method is safe on any thread, at any depth, and never throws anything
 * but a {@link dev.sallyport.Denied}.
 *
 * <p>The enforcer is a static final field: the compiler folds it into woven code, and reflection cannot replace it.
 */
public final class Gate {

    private static final @Nullable Enforcer ENFORCER = Handover.take();

    /** How many numbers there are for points. */
    public static final int POINT_LIMIT = 512;

    /** An object for each point, by which a method finds its own frame again. */
    private static final Object[] POINTS = points();

    /** Causes may go round in a circle. */
    private static final int MOST_CAUSES = 32;

    private Gate() {}

    private static Object[] points() {
        Object[] points = new Object[POINT_LIMIT];
        for (int i = 0; i < points.length; i++) {
            points[i] = new Object();
        }
        return points;
    }

    /** Returns whether an enforcer stands behind the gate; false in a JVM that was started without the agent. */
    public static boolean stands() {
        return ENFORCER != null;
    }

    /** Returns what stands behind the gate, null if nothing does. */
    static @Nullable Enforcer enforcer() {
        return ENFORCER;
    }

    /** Returns the module of what stands behind the gate, null if nothing does. */
    static @Nullable Module enforcerModule() {
        return ENFORCER == null ? null : ENFORCER.getClass().getModule();
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

    /** Called at the start of a woven method whose body runs in a context of its own; pairs with {@link #leave(int)}. */
    @CallerSensitive
    public static void enter(int point, @Nullable Object a, @Nullable Object b) {
        AgentContext current = CurrentAgent.get();
        Enforcer enforcer = ENFORCER;
        Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
        if (enforcer == null) {
            CurrentAgent.enter(current, POINTS[point], caller);
            return;
        }
        try {
            AgentContext entered = Callers.admitted(current, enforcer.enter(point, current, a, b), caller);
            CurrentAgent.enter(entered, POINTS[point], caller);
        } catch (Throwable denial) {
            throw sneak(denial);
        }
    }

    /** Called where such a method returns or throws: leaves all that was entered in it. */
    @CallerSensitive
    public static void leave(int point) {
        CurrentAgent.leaveOwned(POINTS[point], Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    /**
     * Returns where the calling thread is, for {@link #reset}; null if it has entered nothing. For code that is woven
     * around a body in which the application may leave scopes open.
     */
    public static CurrentAgent.@Nullable Frame mark() {
        return CurrentAgent.mark();
    }

    /** Leaves all that the calling thread has entered since {@code mark}. */
    @CallerSensitive
    public static void reset(CurrentAgent.@Nullable Frame mark) {
        CurrentAgent.reset(mark, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    /** Enters an agent by name; behind {@link dev.sallyport.AgentScope}. */
    @CallerSensitive
    public static CurrentAgent.Frame enterAgent(String agent, @Nullable String subject) {
        Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
        return CurrentAgent.enter(agentContext(agent, subject), null, caller);
    }

    /**
     * Enters the agent whose name a framework gives to the agent that it is about to run, if the policy knows one of that
     * name; else the acting agent stays. To be left with {@link #reset}.
     *
     * @param agent the name; null if the framework has none
     * @throws dev.sallyport.DelegationDeniedException if the acting agent may not enter it
     */
    @CallerSensitive
    public static void enterNamed(@Nullable String agent) {
        Enforcer enforcer = ENFORCER;
        if (enforcer != null && agent != null) {
            AgentContext current = CurrentAgent.get();
            AgentContext entered = enforcer.enterNamed(current, agent);
            if (entered != current) {
                CurrentAgent.enter(entered, null, Callers.SEEN ? Reflection.getCallerClass() : null);
            }
        }
    }

    /** Starts a task; behind {@link dev.sallyport.TaskScope}. */
    @CallerSensitive
    public static CurrentAgent.Frame startTask(
            String task, Map<String, String> params, @Nullable String justification) {
        AgentContext current = CurrentAgent.get();
        Enforcer enforcer = ENFORCER;
        AgentContext started = enforcer == null ? current : enforcer.startTask(current, task, params, justification);
        return CurrentAgent.enter(started, null, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    /** Ends such a task, if its scope is the caller's own, and leaves the scope where the calling thread is in it. */
    @CallerSensitive
    public static void endTask(CurrentAgent.Frame started) {
        Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
        if (!CurrentAgent.wasEnteredBy(started, caller)) {
            return;
        }
        CurrentAgent.leave(started, caller);
        AgentContext context = CurrentAgent.contextOf(started);
        Enforcer enforcer = ENFORCER;
        if (enforcer != null && context != null) {
            enforcer.endTask(context);
        }
    }

    /**
     * Enters an agent for the body of a woven method; behind {@code @RunsAs} and {@code entry:}.
     *
     * @param method a constant of the method, which {@link #leave(Object)} is given too
     */
    @CallerSensitive
    public static void enterAs(String agent, Object method) {
        CurrentAgent.enter(agentContext(agent, null), method, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    /** Called where such a method returns or throws: leaves all that was entered in it. */
    @CallerSensitive
    public static void leave(Object method) {
        CurrentAgent.leaveOwned(method, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    private static AgentContext agentContext(String agent, @Nullable String subject) {
        AgentContext current = CurrentAgent.get();
        if (current != null
                && agent.equals(current.agent())
                && (subject == null || subject.equals(current.subject()))) {
            return current;
        }
        Enforcer enforcer = ENFORCER;
        return enforcer == null
                ? AgentContext.entered(agent, current, subject)
                : enforcer.enterAgent(current, agent, subject);
    }

    /**
     * Decides a tool call for a framework that can hand a refusal to the model: returns the denial, or null, and then
     * the tool's context is entered, to be left with {@link #reset}. A framework's own layers may each ask about the same
     * call: only the outermost is decided, as long as they hand on the same arguments object under the same name.
     *
     * @param tool the tool's public name
     * @param arguments its arguments: a JSON text, or a map
     * @param frameworkAgent the agent's name as the framework knows it, or null
     * @param callId the framework's id of this call, or null
     */
    @CallerSensitive
    public static @Nullable Denial tool(
            String tool, @Nullable Object arguments, @Nullable String frameworkAgent, @Nullable String callId) {
        if (arguments != null && CurrentAgent.isInnermost(tool, arguments)) {
            return null;
        }
        AgentContext call = AgentContext.inTool(CurrentAgent.get(), tool, callId);
        Denial denial = decide(call, arguments, frameworkAgent);
        if (denial == null) {
            CurrentAgent.enter(call, arguments, Callers.SEEN ? Reflection.getCallerClass() : null);
        }
        return denial;
    }

    /**
     * Called where a tool call that {@link #tool} let through has ended, on the thread that made it: tells how, and leaves
     * all that was entered since {@code mark}. Where a framework's layers asked about the same call, only the outermost
     * tells.
     *
     * @param mark where the thread was before {@link #tool} was asked
     * @param result what was returned, null if nothing
     * @param thrown what was thrown, null if nothing
     */
    @CallerSensitive
    public static void ended(CurrentAgent.@Nullable Frame mark, @Nullable Object result, @Nullable Throwable thrown) {
        AgentContext call = CurrentAgent.enteredAfter(mark);
        CurrentAgent.reset(mark, Callers.SEEN ? Reflection.getCallerClass() : null);
        ended(call, result, thrown);
    }

    /**
     * Called where a tool call that {@link #tool} let through has ended, on whatever thread, in the context that was entered
     * for it: tells how. Leaves nothing.
     */
    public static void toolEnded(@Nullable Object result, @Nullable Throwable thrown) {
        AgentContext call = CurrentAgent.get();
        if (call != null && call.tool() != null) {
            ended(call, result, thrown);
        }
    }

    static void ended(@Nullable AgentContext call, @Nullable Object result, @Nullable Throwable thrown) {
        Enforcer enforcer = ENFORCER;
        if (enforcer != null && call != null) {
            enforcer.ended(call, result, thrown);
        }
    }

    /**
     * Returns what an allowed call that answers later is to be made from, whose tool's context the calling thread is in: it
     * is told what {@link Deferred#answers answers}, gives that once, and decides the call again each further time that it
     * is asked.
     */
    public static Deferred deferred(String tool, @Nullable Object arguments) {
        return new Deferred(tool, arguments, CurrentAgent.get());
    }

    /** Has a reactive source run, whoever subscribes to it, in the context in which the calling thread is now. */
    public static void carry(Object source) {
        Carried.made(source);
    }

    /** Returns the denial that {@code thrown}, or one of its causes, reports; null if none does. */
    public static @Nullable Denial denialOf(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof Denied denied) {
                return denied.denial();
            }
            cause = cause.getCause();
        }
        return null;
    }

    /**
     * Decides the call of a plain method that is a tool, and enters the tool's context.
     *
     * @param arguments its arguments by name
     * @param method a constant of the method, which {@link #toolReturned} or {@link #toolThrew} is given too
     * @throws ToolDeniedException if it is refused
     */
    @CallerSensitive
    public static void guardedTool(String tool, @Nullable Object arguments, Object method) {
        AgentContext call = AgentContext.inTool(CurrentAgent.get(), tool, null);
        Denial denial = decide(call, arguments, null);
        if (denial != null) {
            throw new ToolDeniedException(denial);
        }
        CurrentAgent.enter(call, method, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    /** Called where such a method returns: tells so, and leaves all that was entered in it. */
    @CallerSensitive
    public static void toolReturned(@Nullable Object result, Object method) {
        AgentContext call = CurrentAgent.enteredWith(method);
        CurrentAgent.leaveOwned(method, Callers.SEEN ? Reflection.getCallerClass() : null);
        ended(call, result, null);
    }

    /** Called where such a method throws, or where it was refused: tells so, and leaves all that was entered in it. */
    @CallerSensitive
    public static void toolThrew(Throwable thrown, Object method) {
        AgentContext call = CurrentAgent.enteredWith(method);
        CurrentAgent.leaveOwned(method, Callers.SEEN ? Reflection.getCallerClass() : null);
        ended(call, null, thrown);
    }

    static @Nullable Denial decide(AgentContext call, @Nullable Object arguments, @Nullable String frameworkAgent) {
        Enforcer enforcer = ENFORCER;
        return enforcer == null ? null : enforcer.tool(call, arguments, frameworkAgent);
    }

    /** Returns what was refused so far inside the tool call that the calling thread is in; null if nothing was. */
    public static @Nullable Refusals refusals() {
        AgentContext current = CurrentAgent.get();
        return current == null ? null : current.refusals();
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException sneak(Throwable throwable) throws T {
        throw (T) throwable;
    }
}
