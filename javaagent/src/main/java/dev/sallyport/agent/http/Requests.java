package dev.sallyport.agent.http;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Brings what a client says of its request into the form that is decided. */
final class Requests {

    private Requests() {}

    /**
     * Returns a request.
     *
     * @param host the host as the URL has it, a name or a literal address; null or empty if it has none
     * @param port the port as the URL has it, -1 for the scheme's own
     * @param attribution whose code made it; null if the stack of the thread that asks tells
     */
    static Request of(HttpRequest facts, @Nullable String host, int port, @Nullable Attribution attribution) {
        int target = port >= 0 ? port : facts.scheme().equals("https") ? 443 : 80;
        if (host == null || host.isEmpty()) {
            return new Request(facts, null, null, target, attribution);
        }
        Address literal = Addresses.parse(host);
        return new Request(facts, literal == null ? HostNames.canonical(host) : null, literal, target, attribution);
    }

    /** Returns the path of a request line; an empty path is written as {@code /}. */
    static String path(@Nullable String path) {
        return path == null || path.isEmpty() ? "/" : path;
    }

    /** Returns {@code https} for a scheme that says so in any case, else {@code http}. */
    static String scheme(@Nullable String scheme) {
        return "https".equalsIgnoreCase(scheme) ? "https" : "http";
    }
}
