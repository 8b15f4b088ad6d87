package dev.sallyport.agent.http;

import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.policy.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request of Apache HttpClient, 4 or 5. The client's objects can be changed while they are on their way, so what is decided
 * is kept as it was.
 *
 * @param request the client's request, for its headers
 * @param query the query, null if there is none
 * @param authority the host that the request line names, null if it names none; it wins over the {@code Host} header
 */
record ApacheRequest(
        Object request,
        String method,
        String scheme,
        String path,
        @Nullable String query,
        @Nullable String authority) implements HttpRequest {

    private static final Member METHOD = Member.method("getMethod");
    private static final Member REQUEST_URI = Member.method("getRequestUri");
    private static final Member AUTHORITY = Member.method("getAuthority");
    private static final Member REQUEST_LINE = Member.method("getRequestLine");
    private static final Member LINE_URI = Member.method("getUri");
    private static final Member FIRST_HEADER = Member.methodOf(String.class, "getFirstHeader");
    private static final Member HEADERS = Member.methodOf(String.class, "getHeaders");
    private static final Member ALL_HEADERS = Member.method("getAllHeaders", "getHeaders");
    private static final Member NAME = Member.method("getName");
    private static final Member VALUE = Member.method("getValue");
    private static final Member HOST_NAME = Member.method("getHostName");
    private static final Member PORT = Member.intMethod("getPort");
    private static final Member SCHEME_NAME = Member.method("getSchemeName");

    /**
     * Reads a request of version 4.
     *
     * @param target the client's {@code HttpHost}
     */
    static ApacheRequest of4(Object request, @Nullable Object target) {
        Object line = REQUEST_LINE.require(request);
        return of(request, METHOD.text(line), LINE_URI.text(line), target, null);
    }

    /**
     * Reads a request of version 5.
     *
     * @param target the client's {@code HttpHost}, null if the request itself says it
     */
    static ApacheRequest of5(Object request, @Nullable Object target) {
        Object authority = AUTHORITY.get(request);
        String host = authority == null ? null : HOST_NAME.text(authority);
        return of(request, METHOD.text(request), REQUEST_URI.text(request), target, host);
    }

    private static ApacheRequest of(
            Object request,
            @Nullable String method,
            @Nullable String uri,
            @Nullable Object target,
            @Nullable String authority) {
        String scheme = Requests.scheme(target == null ? null : SCHEME_NAME.text(target));
        RequestTarget line = RequestTarget.of(uri);
        return new ApacheRequest(
                request,
                String.valueOf(method),
                scheme,
                line.path(),
                line.query(),
                line.host() == null ? authority : line.host());
    }

    /** Returns the name or address of a client's {@code HttpHost}. */
    static @Nullable String host(Object target) {
        return HOST_NAME.text(target);
    }

    /** Returns its port, -1 for the scheme's own. */
    static int port(Object target) {
        return PORT.getInt(target);
    }

    /** Returns it with the scheme that the caller's allowed request has, whose connection it is written to. */
    ApacheRequest over(ClientCalls.Caller caller) {
        HttpRequest allowed = caller.facts();
        return allowed == null || allowed.scheme().equals(scheme)
                ? this
                : new ApacheRequest(request, method, allowed.scheme(), path, query, authority);
    }

    /**
     * Decides a request as it is about to be written, if that is not what the caller was allowed, or a question to a proxy
     * for a tunnel to the same target.
     */
    static void written(ClientCalls calls, ClientCalls.Caller caller, ApacheRequest request)
            throws EgressDeniedException {
        written(calls, caller, request, Entity.of(request.request) != null);
    }

    /** The same, where the body is not part of the request. */
    static void written(ClientCalls calls, ClientCalls.Caller caller, ApacheRequest request, boolean hasBody)
            throws EgressDeniedException {
        HttpRequest allowed = caller.facts();
        if (request.method.equals("CONNECT") && caller.isTarget(request.path)) {
            return;
        }
        boolean ambiguous = request.isAmbiguous(hasBody);
        boolean same = allowed != null
                && request.method.equals(allowed.method())
                && request.path.equals(allowed.path())
                && caller.isHost(request.header("Host"));
        if (!same || ambiguous) {
            calls.decideAgain(caller, request, ambiguous);
        }
    }

    @Override
    public @Nullable String header(String name) {
        if (authority != null && name.equals("Host")) {
            return RequestTarget.asHeader(authority);
        }
        Object header = FIRST_HEADER.call(request, name);
        return header == null ? null : VALUE.text(header);
    }

    @Override
    public void eachHeader(BiConsumer<String, String> taker) {
        for (Object header : (Object[]) ALL_HEADERS.require(request)) {
            taker.accept(String.valueOf(NAME.text(header)), String.valueOf(VALUE.text(header)));
        }
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (Object header : (Object[]) HEADERS.require(request, name)) {
            String value = VALUE.text(header);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /**
     * Whether the headers leave it open where the body ends or which host is meant; of a request as it is about to be
     * written, since the client sets these headers itself.
     */
    private boolean isAmbiguous(boolean hasBody) {
        List<String> hosts = headers("Host");
        if (hosts.size() > 1 || authority != null && !hosts.isEmpty() && !isHost(hosts.get(0), authority)) {
            return true;
        }
        List<String> lengths = headers("Content-Length");
        List<String> encodings = headers("Transfer-Encoding");
        if (lengths.isEmpty() && encodings.isEmpty()) {
            return false;
        }
        boolean chunked = encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
        if (!hasBody) {
            return !encodings.isEmpty()
                    || lengths.size() != 1
                    || !lengths.get(0).equals("0");
        }
        return lengths.isEmpty() ? !chunked : !encodings.isEmpty() || lengths.size() != 1;
    }

    private static boolean isHost(String header, String host) {
        return RequestTarget.hostOf(header).equalsIgnoreCase(host) || header.equalsIgnoreCase(host);
    }

    /** The body of a request that may have one. */
    private static final class Entity {

        private static final Member ENTITY = Member.method("getEntity");

        private static final ClassValue<Boolean> MAY_HAVE_ONE = new ClassValue<>() {
            @Override
            protected Boolean computeValue(Class<?> type) {
                try {
                    type.getMethod("getEntity");
                    return Boolean.TRUE;
                } catch (NoSuchMethodException e) {
                    return Boolean.FALSE;
                }
            }
        };

        static @Nullable Object of(Object request) {
            return MAY_HAVE_ONE.get(request.getClass()) ? ENTITY.get(request) : null;
        }
    }
}
