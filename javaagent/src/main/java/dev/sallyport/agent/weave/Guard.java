package dev.sallyport.agent.weave;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.gate.AgentContext;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a woven method: an exit, a client, a framework. It names its join points and knows what their operands
 * mean. Its methods run on the application's threads and throw a denial or nothing; one that its points do not use is
 * left as it is.
 */
public interface Guard {

    /** Returns where it stands, for every JDK version that it knows; asked once at start. */
    JoinPoint[] points();

    /** Decides a call before it happens. */
    default void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {}

    /** Sees what a call returned and returns what the caller shall get. */
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

    /**
     * Returns whether the self-test calls each {@code before} point at start to see that the JVM runs the woven code.
     * That loads and initialises the class, so it is for the classes that any way out goes through.
     */
    default boolean provedAtStart() {
        return false;
    }

    /** Returns whether a call is let through that another guard's own decision makes on the way. */
    default boolean mayNest() {
        return false;
    }
}
