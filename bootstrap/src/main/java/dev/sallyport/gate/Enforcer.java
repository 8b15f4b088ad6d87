package dev.sallyport.gate;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind the {@link Gate}: it lives in the agent's isolated class loader and is called by woven code on the
 * application's threads. {@code point} is the number that the weaver gave to a woven method; what {@code a}, {@code b}
 * and {@code n} are, that point alone knows.
 *
 * <p>An implementation throws nothing but a {@link dev.sallyport.Denied}: its own failures it decides by the policy's
 * {@code onError}.
 */
public interface Enforcer {

    /** Decides a call that is about to happen; returns if it may, throws a denial if not. */
    void before(int point, @Nullable Object a, @Nullable Object b, int n) throws Throwable;

    /** Sees what a call returned, and returns what the caller shall get instead (often the same). */
    @Nullable
    Object after(int point, @Nullable Object a, @Nullable Object result) throws Throwable;

    /**
     * Returns the context in which a woven method's body shall run (null: no agent), or throws a denial.
     *
     * @param current the context of the calling thread
     */
    @Nullable
    AgentContext enter(int point, @Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws Throwable;

    /**
     * Returns whether a class carries contexts from thread to thread: one of the JDK's or of a library that is woven for that,
     * and not one that calls the gate for itself.
     */
    default boolean carries(Class<?> caller) {
        return true;
    }

    /** Returns the context of an agent entered by name, or throws a {@link dev.sallyport.DelegationDeniedException}. */
    AgentContext enterAgent(@Nullable AgentContext current, String agent, @Nullable String subject);

    /**
     * Returns the context of the agent that a framework is about to run: entered if the policy knows one of that name,
     * else {@code current}; or throws a {@link dev.sallyport.DelegationDeniedException}.
     *
     * @param current the context of the calling thread
     * @param agent the name that the framework has for it
     */
    @Nullable
    AgentContext enterNamed(@Nullable AgentContext current, String agent);

    /**
     * Returns the context of a task that is started, or throws a {@link dev.sallyport.TaskDeniedException}.
     *
     * @param current the context of the calling thread
     * @param task the task's name in the policy
     * @param params its parameters, immutable
     * @param justification why, or null
     */
    AgentContext startTask(
            @Nullable AgentContext current,
            String task,
            java.util.Map<String, String> params,
            @Nullable String justification);

    /** Ends the task that {@link #startTask} returned the context of; nothing happens if it has ended. */
    void endTask(AgentContext task);

    /**
     * Decides a tool call.
     *
     * @param call the context that the call would run in; what the enforcer wants to know again when it has ended, it keeps
     *     in {@link AgentContext#admitted}
     * @param arguments its arguments: a JSON text, or a map
     * @param frameworkAgent the agent's name as the framework knows it, or null
     * @return null if the call may go on, else the denial
     */
    dev.sallyport.@Nullable Denial tool(AgentContext call, @Nullable Object arguments, @Nullable String frameworkAgent);

    /**
     * Hears how a tool call ended that was not denied. Throws nothing.
     *
     * @param call the context that it ran in
     * @param result what it returned, as its framework has it; null if nothing, or if it threw
     * @param thrown what it threw, or null
     */
    void ended(AgentContext call, @Nullable Object result, @Nullable Throwable thrown);

    /** Hears that bytes are about to pass, as {@link Wire#moving} does; returns if they may, throws a denial if not. */
    default void moving(int way, @Nullable Object end, @Nullable Object content, long address, int length)
            throws Throwable {}

    /** Hears how many have passed, as {@link Wire#moved} does; throws a denial if nobody may see them. */
    default void moved(int way, @Nullable Object end, long count) throws Throwable {}

    /** Hears how a call ended, as {@link Wire#outcome} does; throws nothing. */
    default void outcome(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {}
}
