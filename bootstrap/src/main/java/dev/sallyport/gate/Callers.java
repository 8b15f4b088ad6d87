package dev.sallyport.gate;

import org.jspecify.annotations.Nullable;

/**
 * Who calls the gate. Its methods are public, since woven code is everybody's, so what gives a thread an agent's rights asks
 * whose code it is: what enters a context that was made elsewhere must be a class that carries contexts, and what a class has
 * entered that class alone leaves.
 */
final class Callers {

    /** Whether callers can be told: in the boot loader, where the JVM lets methods ask. Elsewhere nothing is decided. */
    static final boolean SEEN = Callers.class.getClassLoader() == null && Gate.stands();

    private Callers() {}

    /**
     * Returns what a caller may make the context of a thread: {@code next}, or {@code before} if it would gain something by
     * the other and does not carry contexts.
     *
     * @param caller null if it cannot be told
     */
    static @Nullable AgentContext admitted(
            @Nullable AgentContext before, @Nullable AgentContext next, @Nullable Class<?> caller) {
        return caller == null || !AgentContext.gains(before, next) || carries(caller) ? next : before;
    }

    private static boolean carries(Class<?> caller) {
        Enforcer enforcer = Gate.enforcer();
        return caller.getModule() == Callers.class.getModule() || (enforcer != null && enforcer.carries(caller));
    }
}
