package dev.sallyport.agent.http;

import dev.sallyport.Denial;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.HttpRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
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
        return new Request(facts, literal == null ? HostNames.asked(host) : null, literal, target, attribution);
    }

    /**
     * Decides a request, and what else a server may take it for, where the caller was let write headers that are the
     * client's own ({@code jdk.httpclient.allowRestrictedHeaders}, {@code sun.net.http.allowRestrictedHeaders}): a request
     * to the host that {@code Host} names, and any request at all if its body's end is not where the client puts it.
     *
     * @param framed whether the caller set a header that says where the body ends
     * @return null if it may be sent
     */
    static @Nullable Denial decide(
            Enforcement enforcement, @Nullable AgentContext context, Request request, boolean framed) {
        return decide(enforcement, context, request, framed, enforcement.http(context, request));
    }

    /** The same for what a request that was decided and counted has turned into. */
    static @Nullable Denial decideAgain(
            Enforcement enforcement, @Nullable AgentContext context, Request request, boolean framed) {
        return decide(enforcement, context, request, framed, enforcement.httpAgain(context, request));
    }

    private static @Nullable Denial decide(
            Enforcement enforcement,
            @Nullable AgentContext context,
            Request request,
            boolean framed,
            @Nullable Denial ofRequest) {
        Denial denial = ofRequest;
        String named = request.facts().header("Host");
        if (denial == null && named != null) {
            int end = named.endsWith("]") ? named.length() : named.lastIndexOf(':');
            String host = end < 0 ? named : named.substring(0, end);
            Request ofHost = of(request.facts(), host, request.port(), request.attribution());
            Request meant = request.bodySeen() ? ofHost.withBodySeen() : ofHost;
            boolean same =
                    Objects.equals(meant.host(), request.host()) && Objects.equals(meant.literal(), request.literal());
            denial = same ? null : enforcement.httpUnderAnotherName(context, meant);
        }
        if (denial == null && framed) {
            Request hidden = new Request(
                    new Hidden(request.facts().scheme()),
                    request.host(),
                    request.literal(),
                    request.port(),
                    request.attribution(),
                    false,
                    request.bodySeen());
            denial = enforcement.httpAgain(context, hidden);
        }
        return denial;
    }

    /**
     * Returns whether the headers of a request say otherwise than its client where the body ends, or name several hosts. The
     * client writes its own only where there is a body, and the application may come after it.
     *
     * @param length the body's, 0 without one, less than 0 if it is sent in chunks
     */
    static boolean isFramed(HttpRequest facts, long length) {
        List<String> lengths = facts.headers("Content-Length");
        List<String> encodings = facts.headers("Transfer-Encoding");
        if (facts.headers("Host").size() > 1) {
            return true;
        }
        if (lengths.isEmpty() && encodings.isEmpty()) {
            return false;
        }
        return length < 0
                ? !lengths.isEmpty()
                        || encodings.size() != 1
                        || !encodings.get(0).equalsIgnoreCase("chunked")
                : !encodings.isEmpty() || lengths.size() != 1 || !lengths.get(0).equals(Long.toString(length));
    }

    /** The same for a client that writes these headers itself, and only later: what is there is the application's. */
    static boolean isFramedByCaller(HttpRequest facts) {
        return facts.headers("Host").size() > 1
                || !facts.headers("Content-Length").isEmpty()
                || !facts.headers("Transfer-Encoding").isEmpty();
    }

    /** What may stand in the body of a request that ends before its body does: only a rule for all requests allows it. */
    private record Hidden(String scheme) implements HttpRequest {

        @Override
        public String method() {
            return "?";
        }

        @Override
        public String path() {
            return " (any, as the caller says itself where the body ends)";
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }

    /** Lets something go on that nobody waits for: what a library is told outside of the decision. */
    static void forget(Future<?> unheard) {
        Objects.requireNonNull(unheard);
    }

    /** Returns the path of a request line; an empty path is written as {@code /}. */
    static String path(@Nullable String path) {
        return path == null || path.isEmpty() ? "/" : path;
    }

    /** Returns the path of a request target as it stands in a request line: what comes before the query. */
    static String pathOf(@Nullable String target) {
        if (target == null) {
            return "/";
        }
        int end = target.indexOf('?');
        int fragment = target.indexOf('#');
        end = end < 0 || fragment >= 0 && fragment < end ? fragment : end;
        return path(end < 0 ? target : target.substring(0, end));
    }

    /** Returns {@code https} for a scheme that says so in any case, else {@code http}. */
    static String scheme(@Nullable String scheme) {
        return "https".equalsIgnoreCase(scheme) ? "https" : "http";
    }
}
