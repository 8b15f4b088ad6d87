package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import java.lang.StackWalker.StackFrame;
import org.jspecify.annotations.Nullable;

/**
 * Whose code made a call, read off the stack.
 *
 * @param library the first library that is neither the JDK, nor this product, nor a transport in front of another caller
 * @param transport the client that the call went through, such as {@code com.squareup.okhttp3:okhttp:5.5.1} or {@code
 *     java.net.http}; null if the library called the exit itself
 * @param site the calling frame of {@code library}; null if the stack holds no user frame. Its line is computed when
 *     asked for, so ask off the application's threads
 * @param origin who stands behind the call
 */
public record Attribution(
        Library library,
        @Nullable String transport,
        @Nullable StackFrame site,
        Origin origin) {

    /** Who stands behind a call. */
    public enum Origin {
        /** Code of the application or of one of its libraries. */
        USER,
        /** This product's own threads. */
        OWN,
        /** Nobody that the stack shows: JDK frames alone. */
        NONE
    }

    /** A stack that shows nobody. */
    public static final Attribution NOBODY = new Attribution(Library.NONE, null, null, Origin.NONE);
}
