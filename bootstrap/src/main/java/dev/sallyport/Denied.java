package dev.sallyport;

/**
 * Implemented by every exception with which Sallyport refuses something, whatever its class: connections and requests
 * are refused with a {@link java.net.ConnectException}, names with an {@link java.net.UnknownHostException}, processes
 * with an {@link java.io.IOException}, libraries with an {@link UnsatisfiedLinkError}, tools and delegations with a
 * {@link RuntimeException}. Catch the exception that the refused call declares, and ask {@code instanceof Denied}.
 */
public interface Denied {

    /** Returns the decision that refused the call; never null, immutable. */
    Denial denial();
}
