package dev.sallyport.agent.weave;

import org.jspecify.annotations.Nullable;

/** An interface of the same library. */
public interface FakeSender {

    /** A default method. */
    default String greeting(String who) {
        return "hello " + who;
    }

    /** A number. */
    long length();

    /** Nothing. */
    @Nullable
    Object none();
}
