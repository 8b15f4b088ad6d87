package com.example.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * How a client reaches its servers.
 *
 * @param proxy a proxy, or null for none
 * @param socks whether the proxy speaks SOCKS, and not HTTP
 * @param http2 whether it shall speak HTTP/2 over plain TCP instead of HTTP/1.1
 */
public record Wiring(@Nullable InetSocketAddress proxy, boolean socks, boolean http2) {

    /** Straight to the server, by HTTP/1.1. */
    static final Wiring PLAIN = new Wiring(null, false, false);

    /** Reads {@code -}, {@code h2}, {@code proxy=host:port} or {@code socks=host:port}. */
    static Wiring of(String word) {
        int equals = word.indexOf('=');
        if (equals < 0) {
            return word.equals("h2") ? new Wiring(null, false, true) : PLAIN;
        }
        int colon = word.lastIndexOf(':');
        String host = word.substring(equals + 1, colon);
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(word.substring(colon + 1)));
        return new Wiring(address, word.startsWith("socks="), false);
    }

    /** Returns the proxy as the JDK has it, by its address; null for none. */
    public @Nullable Proxy resolvedProxy() {
        return proxy == null ? null : new Proxy(type(), proxy);
    }

    /** Returns the proxy as the JDK has it, by its name, for clients that forget the name of an address; null for none. */
    public @Nullable Proxy unresolvedProxy() {
        return proxy == null
                ? null
                : new Proxy(type(), InetSocketAddress.createUnresolved(proxy.getHostString(), proxy.getPort()));
    }

    private Proxy.Type type() {
        return socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
    }
}
