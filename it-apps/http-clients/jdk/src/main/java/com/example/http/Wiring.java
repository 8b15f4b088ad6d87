package com.example.http;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches its servers.
 *
 * @param proxy an HTTP proxy, or null for none
 * @param http2 whether it shall speak HTTP/2 over plain TCP instead of HTTP/1.1
 */
public record Wiring(@Nullable InetSocketAddress proxy, boolean http2) {

    /** Reads {@code -}, {@code h2} or {@code proxy=host:port}. */
    static Wiring of(String word) {
        if (!word.startsWith("proxy=")) {
            return new Wiring(null, word.equals("h2"));
        }
        int colon = word.lastIndexOf(':');
        String host = word.substring("proxy=".length(), colon);
        return new Wiring(new InetSocketAddress(host, Integer.parseInt(word.substring(colon + 1))), false);
    }
}
