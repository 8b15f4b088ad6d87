package dev.sallyport.agent.enforce;

import dev.sallyport.agent.attribution.Attribution;
import org.jspecify.annotations.Nullable;

/** Tells for what a client may open a connection, if it comes to that. */
public interface RequestSource {

    /**
     * Returns the request, null if only {@link #attribution()} is known; called on the thread that connects, inside the
     * client's call.
     */
    @Nullable
    Request request();

    /** Returns whose code the connection is for where there is no request, null if the connecting thread's stack tells. */
    default @Nullable Attribution attribution() {
        return null;
    }

    /**
     * Returns whether a class of the application's loaders is one in which the client itself opens its connections.
     *
     * @param type the class whose method calls the JDK to connect
     */
    default boolean connects(Class<?> type) {
        return false;
    }
}
