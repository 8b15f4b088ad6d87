package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import java.io.FileDescriptor;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's {@code java.net.http.HttpClient}, HTTP/1.1 and HTTP/2, blocking and not. One {@code MultiExchange} is what
 * the caller asked for: made on the caller's thread, where it is noted who that is. Each request that it sends, the
 * first, one for each redirect and each repetition, is an {@code Exchange}; it is decided before it looks for a
 * connection. A connection is opened for an exchange, on any thread.
 */
public final class JavaNetHttp implements Guard, Enforcement.Answers {

    private static final String PACKAGE = "jdk/internal/net/http/";
    private static final String MULTI = PACKAGE + "MultiExchange";
    private static final String REQUEST = PACKAGE + "HttpRequestImpl";
    private static final String EXCHANGE = PACKAGE + "Exchange";
    private static final String FUTURE = "Ljava/util/concurrent/CompletableFuture;";
    private static final String MADE_WITH =
            "(Ljava/net/http/HttpRequest;L" + REQUEST + ";L" + PACKAGE + "HttpClientImpl;"
                    + "Ljava/net/http/HttpResponse$BodyHandler;Ljava/net/http/HttpResponse$PushPromiseHandler;";

    /** Of the client's own copy of a request; looked for once. */
    private static final Member PROXY = Member.method("proxy");

    private final Enforcement enforcement;
    /** The caller beside each request that is on its way (MultiExchange) and beside its current hop (Exchange). */
    private final WeakIdentityTable<Caller> callers = new WeakIdentityTable<>(1 << 8);

    /** Creates the client's guard. */
    public JavaNetHttp(Enforcement enforcement) {
        this.enforcement = enforcement;
        enforcement.hearsFrom(this);
    }

    @Override
    public void ended(Object object, boolean failed) {
        Caller caller = callers.get(object);
        Request request = caller == null ? null : caller.request;
        if (caller != null && request != null) {
            enforcement.answered(caller.context, request, failed);
        }
    }

    /** Who asked for something, and the request that is on its way for it. */
    private static final class Caller {

        private final @Nullable AgentContext context;
        private final Attribution attribution;
        private volatile @Nullable Request request;

        private Caller(@Nullable AgentContext context, Attribution attribution) {
            this.context = context;
            this.attribution = attribution;
        }
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            // JDK 24 dropped the security manager's context.
            on(MULTI)
                    .method("<init>", MADE_WITH + "Ljava/security/AccessControlContext;)V")
                    .until(23)
                    .after(SELF),
            on(MULTI).method("<init>", MADE_WITH + ")V").since(24).after(SELF),
            on(MULTI)
                    .method("responseAsyncImpl", "()" + FUTURE)
                    .before(field("currentreq", 'L' + REQUEST + ';'), SELF, NONE),
            on(MULTI)
                    .method("responseAsyncImpl", "()" + FUTURE)
                    .before(field("exchange", 'L' + EXCHANGE + ';'), SELF, NONE),
            // Looks for a pooled connection by the address that it resolves the host to, then perhaps for a new one.
            on(PACKAGE + "ExchangeImpl")
                    .staticMethod("get", "(L" + EXCHANGE + ";L" + PACKAGE + "HttpConnection;)" + FUTURE)
                    .around(parameter(0), NONE),
            // Returns null if the response is the last one, and the next request if it is not.
            on(MULTI)
                    .method("responseFilters", "(L" + PACKAGE + "Response;)L" + REQUEST + ';')
                    .after(SELF),
            on(MULTI)
                    .method("responseFilters", "(L" + PACKAGE + "Response;)L" + REQUEST + ';')
                    .after(field("exchange", 'L' + EXCHANGE + ';')),
            on(PACKAGE + "PlainHttpConnection")
                    .method("connectAsync", "(L" + EXCHANGE + ";)" + FUTURE)
                    .around(parameter(0), NONE),
            // The connection is the request's from here on, and is written to and read by threads of the client.
            on(PACKAGE + "Http1Exchange")
                    .method("sendHeadersAsync", "()" + FUTURE)
                    .around(field("exchange", 'L' + EXCHANGE + ';'), SELF),
            on(PACKAGE + "Stream")
                    .method("sendHeadersAsync", "()" + FUTURE)
                    .around(field("exchange", 'L' + EXCHANGE + ';'), SELF),
            on(MULTI)
                    .method("getExceptionalCF", "(Ljava/lang/Throwable;)" + FUTURE)
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on(MULTI)
                    .method("getExceptionalCF", "(Ljava/lang/Throwable;L" + PACKAGE + "ExchangeImpl;)" + FUTURE)
                    .since(25)
                    .before(parameter(0), NONE, NONE),
        };
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        // nothing is noted yet where one was just made, and what is noted has served where the last response is in
        if (a != null && result == null && !callers.remove(a)) {
            note(a);
        }
        return result;
    }

    private Caller note(Object multi) {
        AgentContext context = CurrentAgent.get();
        Caller caller = new Caller(
                context == null ? null : context.carried(), StackReader.read().attribution());
        callers.put(multi, caller);
        if (enforcement.looksIntoBodies()) {
            ScannedPublisher.into(multi, () -> body(caller));
        }
        return caller;
    }

    private @Nullable BodyScan body(Caller caller) {
        Request request = caller.request;
        return request == null ? null : enforcement.body(caller.context, request);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof Throwable failure) {
            passDenial(failure);
            return;
        }
        if (a == null || b == null) {
            return;
        }
        Caller noted = callers.get(b);
        Caller caller = noted == null ? note(b) : noted;
        if (a instanceof HttpRequest request) {
            decide(caller, request);
        } else {
            callers.put(a, caller);
        }
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (b != null && !enforcement.countsBytes()) {
            return current;
        }
        Caller caller = a == null ? null : callers.get(a);
        Request request = caller == null ? null : caller.request;
        if (caller == null || request == null) {
            return current;
        }
        AgentContext context = AgentContext.inRequest(caller.context, request);
        if (b != null) {
            enforcement.uses(Connection.descriptor(b), caller.context == null ? context : caller.context);
        }
        return context;
    }

    /** Finds the connection behind a request; loaded when bytes are counted. */
    private static final class Connection {

        private static final Member CONNECTION = Member.field("connection");
        private static final Member CHANNEL = Member.method("channel");
        private static final Member DESCRIPTOR = Member.method("getFD");

        /**
         * @param exchange an {@code Http1Exchange}, or a {@code Stream}, whose {@code Http2Connection} has another inside
         */
        static FileDescriptor descriptor(Object exchange) {
            Object connection = CONNECTION.require(exchange);
            Object plain = connection.getClass().getName().endsWith("Http2Connection")
                    ? CONNECTION.require(connection)
                    : connection;
            return (FileDescriptor) DESCRIPTOR.require(CHANNEL.require(plain));
        }
    }

    private void decide(Caller caller, HttpRequest request) throws EgressDeniedException {
        URI uri = request.uri();
        Request decided = Requests.of(new Facts(request), uri.getHost(), uri.getPort(), caller.attribution)
                .through(PROXY.get(request) != null)
                .withBodySeen();
        caller.request = decided;
        boolean framed = request.headers().firstValue("Content-Length").isPresent()
                || request.headers().firstValue("Transfer-Encoding").isPresent();
        Denial denial = Requests.decide(enforcement, caller.context, decided, framed);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** The client repeats a request that met a {@code ConnectException}; a denied one would be denied again. */
    private static void passDenial(Throwable failure) throws Throwable {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Denied) {
            throw cause;
        }
    }

    private record Facts(HttpRequest request) implements dev.sallyport.policy.HttpRequest {

        @Override
        public String method() {
            return request.method();
        }

        @Override
        public String scheme() {
            return Requests.scheme(request.uri().getScheme());
        }

        @Override
        public String path() {
            return Requests.path(request.uri().getRawPath());
        }

        @Override
        public @Nullable String header(String name) {
            return request.headers().firstValue(name).orElse(null);
        }

        @Override
        public List<String> headers(String name) {
            return request.headers().allValues(name);
        }

        @Override
        public @Nullable String query() {
            return request.uri().getRawQuery();
        }

        @Override
        public void eachHeader(BiConsumer<String, String> taker) {
            request.headers().map().forEach((name, values) -> values.forEach(value -> taker.accept(name, value)));
        }
    }
}
