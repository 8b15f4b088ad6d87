package dev.sallyport.agent.http;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind the method on a request line (RFC 9112, section 3.2), for clients that let it be written, or write it in
 * absolute form to a proxy.
 *
 * @param path without the query
 * @param query without the question mark, null if there is none
 * @param host the host that it names, null if it names none; it wins over the {@code Host} header
 * @param port the port that it names, -1 if it names none
 */
record RequestTarget(
        String path, @Nullable String query, @Nullable String host, int port) {

    /** Reads a target; null is an empty one. */
    static RequestTarget of(@Nullable String target) {
        String path = target == null ? "" : target;
        String host = null;
        int port = -1;
        int scheme = path.startsWith("/") ? -1 : path.indexOf("://");
        if (scheme > 0) {
            int start = scheme + 3;
            int end = path.indexOf('/', start);
            int query = path.indexOf('?', start);
            int to = end < 0 || query >= 0 && query < end ? query < 0 ? path.length() : query : end;
            String authority = path.substring(start, to);
            host = hostOf(authority);
            port = portOf(authority);
            path = path.substring(to);
        }
        int query = path.indexOf('?');
        return query < 0
                ? new RequestTarget(Requests.path(path), null, host, port)
                : new RequestTarget(Requests.path(path.substring(0, query)), path.substring(query + 1), host, port);
    }

    /** Returns the host of an authority, which may have a port and a user. */
    static String hostOf(String authority) {
        int from = authority.lastIndexOf('@') + 1;
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > from && authority.indexOf(']', colon) < 0;
        return authority.substring(from, hasPort ? colon : authority.length());
    }

    /** Returns the port of an authority; -1 if it has none. */
    static int portOf(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf('@') && authority.indexOf(']', colon) < 0;
        try {
            return hasPort ? Integer.parseInt(authority.substring(colon + 1)) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Returns a host as a {@code Host} header has it: an IPv6 address in brackets. */
    static String asHeader(String host) {
        return host.indexOf(':') < 0 || host.startsWith("[") ? host : '[' + host + ']';
    }
}
