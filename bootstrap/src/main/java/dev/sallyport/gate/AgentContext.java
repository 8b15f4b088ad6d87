package dev.sallyport.gate;

import dev.sallyport.Denial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who acts: an agent, the chain of agents that delegated to it, whom it acts for, and the tool call it is in. Immutable,
 * and so shared freely between threads.
 */
public final class AgentContext {

    private static final AgentContext NOBODY = new AgentContext(null, null, null, null, null, null, null);

    private final @Nullable String agent;
    private final @Nullable AgentContext caller;
    private final @Nullable String subject;
    private final @Nullable String tool;
    private final @Nullable String toolCall;
    private final @Nullable Refusals refusals;
    private final @Nullable Object request;

    private AgentContext(
            @Nullable String agent,
            @Nullable AgentContext caller,
            @Nullable String subject,
            @Nullable String tool,
            @Nullable String toolCall,
            @Nullable Refusals refusals,
            @Nullable Object request) {
        this.agent = agent;
        this.caller = caller;
        this.subject = subject;
        this.tool = tool;
        this.toolCall = toolCall;
        this.refusals = refusals;
        this.request = request;
    }

    /** Returns the context of an agent entered from another, or from outside of any ({@code caller} null). */
    public static AgentContext entered(String agent, @Nullable AgentContext caller, @Nullable String subject) {
        String actsFor = subject == null && caller != null ? caller.subject : subject;
        String tool = caller == null ? null : caller.tool;
        String toolCall = caller == null ? null : caller.toolCall;
        Refusals refusals = caller == null ? null : caller.refusals;
        return new AgentContext(agent, caller, actsFor, tool, toolCall, refusals, null);
    }

    /** Returns {@code context} (null: outside of any agent) inside a tool call. */
    public static AgentContext inTool(@Nullable AgentContext context, String tool, @Nullable String toolCall) {
        if (context == null) {
            return new AgentContext(null, null, null, tool, toolCall, new Refusals(null), null);
        }
        Refusals refusals = new Refusals(context.refusals);
        return new AgentContext(context.agent, context.caller, context.subject, tool, toolCall, refusals, null);
    }

    /**
     * Returns {@code context} (null: outside of any agent) while a recognised HTTP client opens a connection for a
     * request. What a request is, only the enforcer knows. It is not carried to other threads: {@link #carried()}.
     */
    public static AgentContext inRequest(@Nullable AgentContext context, Object request) {
        return context == null
                ? new AgentContext(null, null, null, null, null, null, request)
                : new AgentContext(
                        context.agent,
                        context.caller,
                        context.subject,
                        context.tool,
                        context.toolCall,
                        context.refusals,
                        request);
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

    /** Returns the name of the tool call that this is inside of, or null. */
    public @Nullable String tool() {
        return tool;
    }

    /** Returns the framework's id of that tool call, or null. */
    public @Nullable String toolCall() {
        return toolCall;
    }

    /** Returns the request for which an HTTP client is connecting just now, or null. */
    public @Nullable Object request() {
        return request;
    }

    /** Returns whether {@link #carried()} would leave something for another thread. */
    boolean concernsOtherThreads() {
        return agent != null || tool != null;
    }

    /** Returns this context as another thread may take it over: without the request; null if nothing is left. */
    public @Nullable AgentContext carried() {
        if (request == null) {
            return this;
        }
        return agent == null && tool == null
                ? null
                : new AgentContext(agent, caller, subject, tool, toolCall, refusals, null);
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
                && Objects.equals(a.agent, b.agent)
                && Objects.equals(a.tool, b.tool)
                && Objects.equals(a.toolCall, b.toolCall)
                && Objects.equals(a.subject, b.subject);
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
