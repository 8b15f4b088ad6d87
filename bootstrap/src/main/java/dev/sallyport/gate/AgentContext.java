package dev.sallyport.gate;

import dev.sallyport.Denial;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import jdk.internal.reflect.CallerSensitive;
import jdk.internal.reflect.Reflection;
import org.jspecify.annotations.Nullable;

/**
 * Who acts: an agent, the chain of agents that delegated to it, whom it acts for, the task and the tool call it is in.
 * Immutable, but for what the enforcer notes in it, and shared freely between threads.
 */
public final class AgentContext {

    private static final AgentContext NOBODY =
            new AgentContext(null, null, null, null, null, null, null, null, null, null);

    private final @Nullable String agent;
    private final @Nullable AgentContext caller;
    private final @Nullable String subject;
    private final @Nullable AtomicReference<Object> run;
    private final @Nullable Object task;
    private final @Nullable String tool;
    private final @Nullable String toolCall;
    private final @Nullable AtomicReference<Object> admitted;
    private final @Nullable Refusals refusals;
    private final @Nullable Object request;

    private AgentContext(
            @Nullable String agent,
            @Nullable AgentContext caller,
            @Nullable String subject,
            @Nullable AtomicReference<Object> run,
            @Nullable Object task,
            @Nullable String tool,
            @Nullable String toolCall,
            @Nullable AtomicReference<Object> admitted,
            @Nullable Refusals refusals,
            @Nullable Object request) {
        this.agent = agent;
        this.caller = caller;
        this.subject = subject;
        this.run = run;
        this.task = task;
        this.tool = tool;
        this.toolCall = toolCall;
        this.admitted = admitted;
        this.refusals = refusals;
        this.request = request;
    }

    /** Returns the context of an agent entered from another, or from outside of any ({@code caller} null). */
    public static AgentContext entered(String agent, @Nullable AgentContext caller, @Nullable String subject) {
        if (caller == null) {
            return new AgentContext(agent, null, subject, new AtomicReference<>(), null, null, null, null, null, null);
        }
        return new AgentContext(
                agent,
                caller,
                subject == null ? caller.subject : subject,
                caller.run == null ? new AtomicReference<>() : caller.run,
                caller.task,
                caller.tool,
                caller.toolCall,
                caller.admitted,
                caller.refusals,
                null);
    }

    /** Returns {@code context} (null: outside of any agent) inside a tool call. */
    public static AgentContext inTool(@Nullable AgentContext context, String tool, @Nullable String toolCall) {
        AgentContext outer = context == null ? NOBODY : context;
        return new AgentContext(
                outer.agent,
                outer.caller,
                outer.subject,
                outer.run,
                outer.task,
                tool,
                toolCall,
                new AtomicReference<>(),
                new Refusals(outer.refusals),
                null);
    }

    /**
     * Returns {@code context} (null: outside of any agent) inside a task.
     *
     * @param task what the enforcer keeps about it, which only the enforcer knows
     */
    public static AgentContext inTask(@Nullable AgentContext context, Object task) {
        AgentContext outer = context == null ? NOBODY : context;
        return new AgentContext(
                outer.agent,
                outer.caller,
                outer.subject,
                outer.run,
                task,
                outer.tool,
                outer.toolCall,
                outer.admitted,
                outer.refusals,
                null);
    }

    /**
     * Returns {@code context} (null: outside of any agent) while a recognised HTTP client opens a connection for a
     * request. What a request is, only the enforcer knows. It is not carried to other threads: {@link #carried()}.
     */
    public static AgentContext inRequest(@Nullable AgentContext context, Object request) {
        return (context == null ? NOBODY : context).with(request);
    }

    private AgentContext with(@Nullable Object other) {
        return new AgentContext(agent, caller, subject, run, task, tool, toolCall, admitted, refusals, other);
    }

    /** Returns the acting agent's name, or null outside of any. */
    public @Nullable String agent() {
        return agent;
    }

    /** Returns the context that delegated to this one, or null where the chain begins. */
    public @Nullable AgentContext caller() {
        return caller;
    }

    /** Returns the person or system that the chain acts for, or null if nobody said. */
    public @Nullable String subject() {
        return subject;
    }

    /**
     * Returns where the enforcer may keep what concerns everything that happened since an agent was entered from outside
     * of any, in whatever agent and on whatever thread; null outside of any agent, and for everybody else.
     */
    @CallerSensitive
    public @Nullable AtomicReference<Object> run() {
        return !Callers.SEEN || Reflection.getCallerClass().getModule() == Gate.enforcerModule() ? run : null;
    }

    /** Returns what the enforcer keeps about the innermost task that this is inside of, or null. */
    public @Nullable Object task() {
        return task;
    }

    /** Returns the name of the tool call that this is inside of, or null. */
    public @Nullable String tool() {
        return tool;
    }

    /** Returns the framework's id of that tool call, or null. */
    public @Nullable String toolCall() {
        return toolCall;
    }

    /** Returns where the enforcer may keep what it admitted as that tool call; null outside of any, and for others. */
    @CallerSensitive
    public @Nullable AtomicReference<Object> admitted() {
        return !Callers.SEEN || Reflection.getCallerClass().getModule() == Gate.enforcerModule() ? admitted : null;
    }

    /** Returns the request for which an HTTP client is connecting just now, or null. */
    public @Nullable Object request() {
        return request;
    }

    /** Returns whether {@link #carried()} would leave something for another thread. */
    boolean concernsOtherThreads() {
        return agent != null || tool != null || task != null;
    }

    /** Returns this context as another thread may take it over: without the request; null if nothing is left. */
    public @Nullable AgentContext carried() {
        if (request == null) {
            return this;
        }
        return concernsOtherThreads() ? with(null) : null;
    }

    /** Returns whether two contexts (null: nobody) say the same of who acts, whatever request they are in. */
    static boolean sameActor(@Nullable AgentContext one, @Nullable AgentContext other) {
        if (one == other) {
            return true;
        }
        AgentContext a = one == null ? NOBODY : one;
        AgentContext b = other == null ? NOBODY : other;
        return a.caller == b.caller
                && a.refusals == b.refusals
                && a.task == b.task
                && Objects.equals(a.agent, b.agent)
                && Objects.equals(a.tool, b.tool)
                && Objects.equals(a.toolCall, b.toolCall)
                && Objects.equals(a.subject, b.subject);
    }

    /** Returns whether a thread that acts in {@code from} gets an agent's or a task's rights by acting in {@code to}. */
    static boolean gains(@Nullable AgentContext from, @Nullable AgentContext to) {
        if (to == null || from == to || (to.agent == null && to.task == null)) {
            return false;
        }
        return from == null
                || from.run != to.run
                || from.task != to.task
                || !Objects.equals(from.agent, to.agent)
                || !Objects.equals(from.subject, to.subject);
    }

    /** Notes that something was refused in this context, for the tool call that it is inside of. */
    public void refused(Denial denial) {
        if (refusals != null) {
            refusals.add(denial);
        }
    }

    /** Returns what was refused in the tool call that this is inside of, or null if nothing was. */
    @Nullable
    Refusals refusals() {
        return refusals == null || refusals.none() ? null : refusals;
    }
}
