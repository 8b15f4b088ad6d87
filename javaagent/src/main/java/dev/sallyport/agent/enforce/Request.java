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
 */
public record Request(
        HttpRequest facts,
        @Nullable String host,
        @Nullable Address literal,
        int port,
        @Nullable Attribution attribution) {}
