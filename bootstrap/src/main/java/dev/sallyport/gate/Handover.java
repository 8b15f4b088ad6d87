package dev.sallyport.gate;

import org.jspecify.annotations.Nullable;

/** Passes the enforcer to the gate, once, before anything is woven. */
public final class Handover {

    private static @Nullable Enforcer pending;
    private static boolean taken;

    private Handover() {}

    /**
     * Leaves the enforcer for the gate to pick up and makes it do so.
     *
     * @throws IllegalStateException if a gate already stands
     */
    public static void give(Enforcer enforcer) {
        synchronized (Handover.class) {
            if (taken || pending != null) {
                throw new IllegalStateException("a gate already stands in this JVM");
            }
            pending = enforcer;
        }
        Gate.stands();
    }

    static synchronized @Nullable Enforcer take() {
        taken = true;
        Enforcer enforcer = pending;
        pending = null;
        return enforcer;
    }
}
