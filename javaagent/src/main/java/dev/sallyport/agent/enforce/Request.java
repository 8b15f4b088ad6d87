package dev.sallyport.agent.enforce;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request for which a recognised HTTP client opens a connection: what a connect inside of it is decided with.
 *
 * @param facts the request
 * @param host the canonical name of the request's target, null if it is a literal address
 * @param literal the literal address, null if {@code host} is a name
 * @param port the target's port
 * @param attribution whose code made the request, as the thread of the caller showed it; null if the connecting thread's
 *     stack tells
 * @param proxied whether a proxy is known to stand between, which resolves {@code host} itself
 * @param bodySeen whether the client shows the body of the request as it is written
 */
public record Request(
        HttpRequest facts,
        @Nullable String host,
        @Nullable Address literal,
        int port,
        @Nullable Attribution attribution,
        boolean proxied,
        boolean bodySeen) {

    /** A request that goes straight to its target, as far as is known, and of whose body nothing is known. */
    public Request(
            HttpRequest facts,
            @Nullable String host,
            @Nullable Address literal,
            int port,
            @Nullable Attribution attribution) {
        this(facts, host, literal, port, attribution, false, false);
    }

    /** Returns the same request, which goes through a proxy or not. */
    public Request through(boolean proxy) {
        return proxy == proxied ? this : new Request(facts, host, literal, port, attribution, proxy, bodySeen);
    }

    /** Returns the same request of a client that shows its body. */
    public Request withBodySeen() {
        return bodySeen ? this : new Request(facts, host, literal, port, attribution, proxied, true);
    }
}
