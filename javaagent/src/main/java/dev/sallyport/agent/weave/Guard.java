package dev.sallyport.agent.weave;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Via;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a woven method: an exit, a client, a framework. It names its join points and knows what their operands
 * mean. Its methods run on the application's threads and throw a denial or nothing; one that its points do not use is
 * left as it is.
 */
public interface Guard {

    /**
     * Returns where it stands, for every JDK version, or version of its library, that it knows; asked once, at start or when
     * the first class of the library is loaded.
     */
    JoinPoint[] points();

    /**
     * Returns the ways out that it decides, the usual one first: what the documentation lists, and how a call is recorded at
     * which the guard itself fails.
     */
    default Via[] vias() {
        return new Via[] {Via.HTTP};
    }

    /**
     * Hears that it stands at a class of a library now.
     *
     * @param domain where the class comes from
     */
    default void stands(ProtectionDomain domain) {}

    /**
     * Returns what stands where this client writes the bodies of its requests: its points are woven only while a policy wants to
     * look into them, and its classes are among those of this guard. Asked once; null if there is nothing to weave for it.
     */
    default @Nullable Guard bodies() {
        return null;
    }

    /** Decides a call before it happens. */
    default void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {}

    /**
     * Sees what a call returned and returns what the caller shall get; at a point {@code instead} of the method, where
     * {@code result} is null, what it shall return at once, or null for the method to run.
     */
    default @Nullable Object after(@Nullable Object a, @Nullable Object result) throws Throwable {
        return result;
    }

    /** Returns the context in which the method's body shall run. */
    default @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws Throwable {
        return current;
    }

    /** Returns what a refused caller of these points gets thrown. */
    default Throwable refusal(Denial denial) {
        return new EgressDeniedException(denial);
    }

    /** Returns when the self-test calls each {@code before} point to see that the JVM runs the woven code. */
    default Proof proof() {
        return Proof.NONE;
    }

    /** When an exit is proved. Proving it loads and initialises its class. */
    enum Proof {
        /** Before the application starts; for the classes that most ways out go through. */
        AT_START,
        /**
         * Right after, in the background: for classes whose initialisation would hold up every start. Before it, they are
         * loaded and seen to be woven.
         */
        AFTER_START,
        /** Not by the self-test: the class is woven when the application loads it, and a failure is told then. */
        NONE
    }

    /** Returns whether a call is let through that another guard's own decision makes on the way. */
    default boolean mayNest() {
        return false;
    }

    /** The same, for a guard that looks at the operands of {@link #before}. */
    default boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return mayNest();
    }
}
