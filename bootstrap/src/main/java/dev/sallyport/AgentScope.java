package dev.sallyport;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import org.jspecify.annotations.Nullable;

/**
 * The stretch of code that runs as one agent:
 *
 * <pre>{@code
 * try (AgentScope scope = AgentScope.enter("refund")) {
 *     ...
 * }
 * }</pre>
 *
 * Scopes nest: the innermost is the acting agent, the ones around it are its delegation chain. A scope is carried to
 * the threads that its code hands work to. It must be closed by the thread that opened it, innermost first; closing it
 * twice does nothing. Without the agent in the JVM a scope is kept but nothing is decided.
 */
public final class AgentScope implements AutoCloseable {

    private final CurrentAgent.Frame frame;
    private boolean closed;

    private AgentScope(CurrentAgent.Frame frame) {
        this.frame = frame;
    }

    /**
     * Enters an agent.
     *
     * @param agent its name in the policy
     * @throws DelegationDeniedException if the policy does not let the current agent delegate to it, or does not know it
     */
    public static AgentScope enter(String agent) {
        return enter(agent, null);
    }

    /**
     * Enters an agent on behalf of somebody.
     *
     * @param agent its name in the policy
     * @param subject the person or system at the start of the chain, as the evidence shall name it; null keeps the
     *     subject of the scope around this one
     * @throws DelegationDeniedException if the policy does not let the current agent delegate to it, or does not know it
     */
    public static AgentScope enter(String agent, @Nullable String subject) {
        return new AgentScope(Gate.enterAgent(agent, subject));
    }

    /** Returns the name of the agent that the calling thread acts as, or null outside of any. */
    public static @Nullable String current() {
        AgentContext context = CurrentAgent.get();
        return context == null ? null : context.agent();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CurrentAgent.leave(frame);
        }
    }
}
