package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.HttpRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x 4 and 5. A request is asked for on the caller's thread, and decided there before it looks for a connection; what
 * the caller gets, when there is one, may still be changed until its head is written, and is decided again if it was. A
 * redirect is asked for where the response is handled. Failures are handed over as futures.
 */
public final class Vertx implements Guard {

    private static final String IMPL = "io/vertx/core/http/impl/";
    private static final String OPTIONS = "Lio/vertx/core/http/RequestOptions;";

    private static final String CLIENT = "io.vertx.core.http.impl.HttpClientImpl";

    private static final Member HEAD_WRITTEN = Member.field("headWritten");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public Vertx(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    @Override
    public JoinPoint[] points() {
        String client = CLIENT.replace('.', '/');
        String request = IMPL + "HttpClientRequestImpl";
        String future = "io/vertx/core/impl/future/FutureImpl";
        return new JoinPoint[] {
            onLibrary(client).method("request", '(' + OPTIONS + ')').around(parameter(0), SELF),
            onLibrary(client).method("request", '(' + OPTIONS + ')').instead(SELF),
            onLibrary(client).method("request", '(' + OPTIONS + ')').after(NONE),
            // With a handler, which version 5 has no more.
            onLibrary(client)
                    .method("doRequest", '(' + OPTIONS + "Lio/vertx/core/impl/future/PromiseInternal;)")
                    .ifPresent()
                    .around(parameter(0), SELF),
            // Before it can be completed, which happens on another thread.
            onLibrary(client)
                    .method("doRequest", '(' + OPTIONS + "Lio/vertx/core/impl/future/PromiseInternal;)")
                    .ifPresent()
                    .before(NONE, parameter(1), NONE),
            // What the future of a request is completed with is the request.
            onLibrary(future).method("tryComplete", "(Ljava/lang/Object;)").before(SELF, parameter(0), NONE),
            onLibrary(future)
                    .method("completeInternal", "(Ljava/lang/Object;Ljava/lang/Throwable;)")
                    .ifPresent()
                    .before(SELF, parameter(0), NONE),
            onLibrary(request).method("doWrite", "(").before(SELF, SELF, NONE),
            onLibrary(request).method("handleResponse", "(").around(SELF, NONE),
        };
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (a == null) {
            return current;
        }
        if (b == null) {
            ClientCalls.Caller caller = calls.get(a);
            return caller == null ? current : caller.context();
        }
        ClientCalls.Caller asking = calls.current();
        if (asking != null && asking.facts() instanceof Asked asked && asked.options == a) {
            return current;
        }
        Asked facts = new Asked(a, Asked.DEFAULTS.require(b));
        return calls.admit(calls.caller(), facts, facts.host(), facts.port(), false);
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a != null) {
            EgressDeniedException refusal = ClientCalls.refusal();
            return refusal == null
                    ? null
                    : Member.callStatic(a.getClass(), CLIENT, "io.vertx.core.Future", "failedFuture", refusal);
        }
        calls.hand(result);
        return result;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws EgressDeniedException {
        if (a == null || b == null) {
            if (a == null) {
                calls.hand(b);
            }
            return;
        }
        if (a == b) {
            if (Boolean.FALSE.equals(HEAD_WRITTEN.get(a))) {
                write(a);
            }
        } else if (b.getClass().getName().endsWith("HttpClientRequestImpl")) {
            ClientCalls.Caller caller = calls.get(a);
            if (caller != null) {
                calls.put(b, caller);
            }
        }
    }

    /** Its points are passed while a request is refused. */
    @Override
    public boolean mayNest() {
        return true;
    }

    private void write(Object request) throws EgressDeniedException {
        ClientCalls.Caller known = calls.get(request);
        ClientCalls.Caller caller = known == null ? calls.note(request) : known;
        Written facts = new Written(request);
        if (caller.facts() instanceof Asked asked && asked.isWrittenAs(facts)) {
            return;
        }
        boolean framed = facts.header("Content-Length") != null && facts.header("Transfer-Encoding") != null;
        // Who asked for it is not known where it was there before the future of it was; it was counted all the same.
        Denial denial = known == null
                ? calls.denialUncounted(caller, facts, facts.host(), facts.port(), framed)
                : calls.denial(caller, facts, facts.host(), facts.port(), framed);
        if (denial != null) {
            EgressDeniedException refusal = new EgressDeniedException(denial);
            // Its connection, which it has for itself, would else not be given back. Its handlers may be called for it.
            CompletableFuture<Void> reset = CompletableFuture.runAsync(() -> Written.reset(request, refusal));
            Requests.forget(reset);
            throw refusal;
        }
    }

    /** What was asked for. */
    private record Asked(Object options, Object defaults) implements HttpRequest {

        private static final Member DEFAULTS = Member.field("options");
        private static final Member DEFAULT_HOST = Member.method("getDefaultHost");
        private static final Member DEFAULT_PORT = Member.intMethod("getDefaultPort");
        private static final Member METHOD = Member.method("getMethod");
        private static final Member HOST = Member.method("getHost");
        private static final Member PORT = Member.method("getPort");
        private static final Member SSL = Member.method("isSsl");
        private static final Member URI = Member.method("getURI");
        private static final Member HEADERS = Member.method("getHeaders");

        String host() {
            String host = HOST.text(options);
            return host == null ? String.valueOf(DEFAULT_HOST.text(defaults)) : host;
        }

        int port() {
            return PORT.get(options) instanceof Integer port ? port : DEFAULT_PORT.getInt(defaults);
        }

        boolean isWrittenAs(Written written) {
            String host = written.host();
            return method().equals(written.method())
                    && path().equals(written.path())
                    && host().equals(host)
                    && port() == written.port()
                    && written.header("Host") == null;
        }

        @Override
        public String method() {
            String method = METHOD.text(options);
            return method == null ? "GET" : method;
        }

        @Override
        public String scheme() {
            Object ssl = SSL.get(options);
            return Boolean.TRUE.equals(ssl == null ? SSL.get(defaults) : ssl) ? "https" : "http";
        }

        @Override
        public String path() {
            return Requests.pathOf(URI.text(options));
        }

        @Override
        public List<String> headers(String name) {
            return Multi.all(HEADERS.get(options), name);
        }
    }

    /** What is about to be written. */
    private record Written(Object request) implements HttpRequest {

        private static final Member METHOD = Member.method("getMethod");
        private static final Member URI = Member.method("getURI");
        private static final Member SSL = Member.field("ssl");
        private static final Member HEADERS = Member.field("headers");
        /** A host, and in version 5 a host with its port. */
        private static final Member HOST = Member.field("authority", "host");

        private static final Member PORT = Member.field("port");
        private static final Member RESET = Member.methodOf(Throwable.class, "reset");

        static void reset(Object request, Throwable cause) {
            RESET.call(request, cause);
        }

        /** Returns where the authority of a target in absolute form begins, as a proxy gets it; 0 if it has none. */
        private static int authority(String target) {
            return target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : 0;
        }

        /** Returns where the path of a target begins. */
        private static int path(String target) {
            int slash = target.indexOf('/', authority(target));
            return slash < 0 ? target.length() : authority(target) == 0 ? 0 : slash;
        }

        @Nullable
        String host() {
            String target = target();
            int from = authority(target);
            if (from > 0) {
                int colon = target.lastIndexOf(':', path(target));
                return target.substring(from, colon > target.indexOf(']') && colon >= from ? colon : path(target));
            }
            Object host = HOST.get(request);
            return host == null || host instanceof String ? (String) host : Multi.HOST.text(host);
        }

        int port() {
            String target = target();
            int from = authority(target);
            if (from > 0) {
                int colon = target.lastIndexOf(':', path(target));
                return colon > target.indexOf(']') && colon >= from
                        ? Integer.parseInt(target.substring(colon + 1, path(target)))
                        : -1;
            }
            Object host = HOST.get(request);
            if (host == null || host instanceof String) {
                return (Integer) PORT.require(request);
            }
            return Multi.PORT.getInt(host);
        }

        private String target() {
            return String.valueOf(URI.text(request));
        }

        @Override
        public String method() {
            return String.valueOf(METHOD.text(request));
        }

        @Override
        public String scheme() {
            return Boolean.TRUE.equals(SSL.get(request)) || target().startsWith("https://") ? "https" : "http";
        }

        @Override
        public String path() {
            String target = target();
            return Requests.pathOf(target.substring(path(target)));
        }

        @Override
        public List<String> headers(String name) {
            return Multi.all(HEADERS.get(request), name);
        }
    }

    /** Reads {@code MultiMap} and {@code HostAndPort}. */
    private static final class Multi {

        private static final Member HOST = Member.method("host");
        private static final Member PORT = Member.intMethod("port");
        private static final Member GET_ALL = Member.methodOf(String.class, "getAll");

        private Multi() {}

        @SuppressWarnings("unchecked")
        static List<String> all(@Nullable Object headers, String name) {
            return headers == null ? List.of() : (List<String>) GET_ALL.require(headers, name);
        }
    }
}
