package dev.sallyport.agent.enforce;

/** Tells the request for which a client may open a connection, if it comes to that. */
public interface RequestSource {

    /** Returns the request; called on the thread that connects, inside the client's call. */
    Request request();
}
