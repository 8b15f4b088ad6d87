package dev.sallyport.agent.enforce;

/** Tells the request for which a client may open a connection, if it comes to that. */
public interface RequestSource {

    /** Returns the request; called on the thread that connects, inside the client's call. */
    Request request();

    /**
     * Returns whether a class of the application's loaders is one in which the client itself opens its connections.
     *
     * @param type the class whose method calls the JDK to connect
     */
    default boolean connects(Class<?> type) {
        return false;
    }
}
