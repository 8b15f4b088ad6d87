package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.enforce.RequestSource;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Operand;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.policy.HttpRequest;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's {@link HttpURLConnection}, for http and https, and the clients that go through it (Jersey, Feign, Google's).
 * Each request is decided where it is written, on reused connections and for each redirect; all of it happens on the
 * caller's thread. A connection is opened at three places: before the request, again while writing it if the reused one
 * is broken, and again while reading the answer if the server closed the reused one meanwhile.
 */
public final class HttpUrlConnection implements Guard {

    private static final String OWNER = "sun/net/www/protocol/http/HttpURLConnection";
    private static final String CLIENT = "sun/net/www/http/HttpClient";
    // JDK 21 took the progress meter away.
    private static final String PARSE_UNTIL_20 =
            "(Lsun/net/www/MessageHeader;Lsun/net/ProgressSource;L" + OWNER + ";)Z";
    private static final String PARSE_SINCE_21 = "(Lsun/net/www/MessageHeader;L" + OWNER + ";)Z";

    private static final Operand HEADERS = field("requests", "Lsun/net/www/MessageHeader;");

    private final Enforcement enforcement;

    /** Creates the client's guard. */
    public HttpUrlConnection(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on(OWNER).method("plainConnect0", "()V").around(SELF, HEADERS),
            on(OWNER).method("writeRequests", "()V").around(SELF, HEADERS),
            on(OWNER).method("writeRequests", "()V").before(SELF, HEADERS, NONE),
            on(CLIENT).method("parseHTTP", PARSE_UNTIL_20).until(20).around(parameter(2), NONE),
            on(CLIENT).method("parseHTTP", PARSE_SINCE_21).since(21).around(parameter(1), NONE),
        };
    }

    @Override
    public Guard bodies() {
        return new UrlConnectionBody(enforcement);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        return a instanceof HttpURLConnection connection
                ? AgentContext.inRequest(current, new Opening(connection, b))
                : current;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws EgressDeniedException {
        if (a instanceof HttpURLConnection connection) {
            // It writes a Content-Length of its own in any case.
            boolean framed = connection.getRequestProperty("Transfer-Encoding") != null;
            // Read here and not where it is needed: each frame in between would cost every request 0.1 us.
            Request request = request(connection, b, true, StackReader.nearby()).through(connection.usingProxy());
            Denial denial = Requests.decide(enforcement, CurrentAgent.get(), request, framed);
            if (denial != null) {
                // The connection that is open for it would else stay so until it is collected.
                connection.disconnect();
                throw new EgressDeniedException(denial);
            }
            if (enforcement.looksIntoBodies()) {
                UrlConnectionBody.look(enforcement, connection, request);
            }
        }
    }

    /** Most requests open no connection, so what a connect would be decided with is put together when one comes. */
    private record Opening(
            HttpURLConnection connection, @Nullable Object headers) implements RequestSource {

        @Override
        public Request request() {
            return HttpUrlConnection.request(connection, headers, false, null);
        }
    }

    static Request request(
            HttpURLConnection connection,
            @Nullable Object headers,
            boolean written,
            @Nullable Attribution attribution) {
        URL url = connection.getURL();
        return Requests.of(new Facts(connection, url, headers, written), url.getHost(), url.getPort(), attribution)
                .withBodySeen();
    }

    /**
     * @param requested the headers as they are sent: the connection itself does not tell a caller of several values, or
     *     of credentials; null where they are not at hand
     */
    private record Facts(
            HttpURLConnection connection, URL url, @Nullable Object requested, boolean written) implements HttpRequest {

        @Override
        public @Nullable String method() {
            String method = connection.getRequestMethod();
            // GET turns into POST when the body's stream is asked for.
            boolean mayChange = !written && connection.getDoOutput() && method.equals("GET");
            return mayChange ? null : method;
        }

        @Override
        public String scheme() {
            return Requests.scheme(url.getProtocol());
        }

        @Override
        public String path() {
            return Requests.path(url.getPath());
        }

        @Override
        public @Nullable String header(String name) {
            return connection.getRequestProperty(name);
        }

        @Override
        public @Nullable String query() {
            return url.getQuery();
        }

        @Override
        public void eachHeader(BiConsumer<String, String> taker) {
            String key = requested == null ? null : SentHeaders.key(requested, 0);
            for (int i = 0; key != null && requested != null; key = SentHeaders.key(requested, ++i)) {
                String value = SentHeaders.value(requested, i);
                if (value != null) {
                    taker.accept(key, value);
                }
            }
        }

        @Override
        public List<String> headers(String name) {
            List<String> values = new ArrayList<>();
            if (requested == null) {
                String value = connection.getRequestProperty(name);
                if (value != null) {
                    values.add(value);
                }
                return values;
            }
            String key = SentHeaders.key(requested, 0);
            for (int i = 0; key != null; key = SentHeaders.key(requested, ++i)) {
                String value = SentHeaders.value(requested, i);
                if (value != null && key.equalsIgnoreCase(name)) {
                    values.add(value);
                }
            }
            return values;
        }
    }
}
