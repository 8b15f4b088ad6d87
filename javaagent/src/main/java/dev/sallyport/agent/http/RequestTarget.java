package dev.sallyport.agent.http;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind the method on a request line (RFC 9112, section 3.2), for clients that let it be written, or write it in
 * absolute form to a proxy.
 *
 * @param path without the query
 * @param host the host that it names, null if it names none; it wins over the {@code Host} header
 */
record RequestTarget(String path, @Nullable String host) {

    /** Reads a target; null is an empty one. */
    static RequestTarget of(@Nullable String target) {
        String path = target == null ? "" : target;
        String host = null;
        int scheme = path.startsWith("/") ? -1 : path.indexOf("://");
        if (scheme > 0) {
            int start = scheme + 3;
            int end = path.indexOf('/', start);
            int query = path.indexOf('?', start);
            int to = end < 0 || query >= 0 && query < end ? query < 0 ? path.length() : query : end;
            host = hostOf(path.substring(start, to));
            path = path.substring(to);
        }
        int query = path.indexOf('?');
        return new RequestTarget(Requests.path(query < 0 ? path : path.substring(0, query)), host);
    }

    /** Returns the host of an authority, which may have a port and a user. */
    static String hostOf(String authority) {
        int from = authority.lastIndexOf('@') + 1;
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > from && authority.indexOf(']', colon) < 0;
        return authority.substring(from, hasPort ? colon : authority.length());
    }

    /** Returns a host as a {@code Host} header has it: an IPv6 address in brackets. */
    static String asHeader(String host) {
        return host.indexOf(':') < 0 || host.startsWith("[") ? host : '[' + host + ']';
    }
}
