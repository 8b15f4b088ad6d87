package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.HttpRequest;
import java.io.IOException;
import java.lang.reflect.Field;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp 3.9 to 5, and what goes through it (Retrofit). A call's requests, one for each redirect, pass the interceptor that
 * looks for a connection, pooled or new, and then, after the application's network interceptors, which may write another
 * method or path, the one that sends. It is decided at the first, and at the second again if it is not the same request.
 * Version 5 connects on a thread of its own.
 */
public final class OkHttp implements Guard {

    private static final String CONNECTION = "okhttp3/internal/connection/";
    private static final String CHAIN = "(Lokhttp3/Interceptor$Chain;)";

    private static final Member REQUEST = Member.method("request");
    private static final Member CALL = Member.method("call");
    private static final Member CALL_OF = Member.field("call");

    /** Whether a chain hands bodies to an {@code Exchange}, where they are seen: from 3.14 on. */
    private static final ClassValue<Boolean> SHOWS_BODIES = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> chain) {
            for (Field field : chain.getDeclaredFields()) {
                if (field.getName().equals("exchange")) {
                    return Boolean.TRUE;
                }
            }
            return Boolean.FALSE;
        }
    };

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public OkHttp(Enforcement enforcement) {
        calls = new ClientCalls(
                        enforcement,
                        "okhttp3/internal/platform/Platform",
                        "okhttp3/internal/platform/Jdk9Platform",
                        CONNECTION + "RealConnection",
                        CONNECTION + "ConnectPlan")
                .showingBodies();
    }

    @Override
    public Guard bodies() {
        return new OkHttpBody(calls);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            // Where the caller's thread is: an enqueued call runs on another. The class moved with 4.3.
            onLibrary("okhttp3/RealCall").method("execute", "()").before(SELF, NONE, NONE),
            onLibrary("okhttp3/RealCall").method("enqueue", "(").before(SELF, NONE, NONE),
            onLibrary(CONNECTION + "RealCall").method("execute", "()").before(SELF, NONE, NONE),
            onLibrary(CONNECTION + "RealCall").method("enqueue", "(").before(SELF, NONE, NONE),
            // Where it comes to its end.
            onLibrary("okhttp3/RealCall")
                    .method("getResponseWithInterceptorChain", "()")
                    .ifPresent()
                    .after(SELF),
            onLibrary(CONNECTION + "RealCall")
                    .method("getResponseWithInterceptorChain", "()")
                    .ifPresent()
                    .after(SELF),
            onLibrary(CONNECTION + "RealCall")
                    .method("getResponseWithInterceptorChain$okhttp", "()")
                    .ifPresent()
                    .after(SELF),
            onLibrary(CONNECTION + "ConnectInterceptor")
                    .method("intercept", CHAIN)
                    .before(parameter(0), SELF, NONE),
            onLibrary("okhttp3/internal/http/CallServerInterceptor")
                    .method("intercept", CHAIN)
                    .before(parameter(0), SELF, NONE),
            // Where a connection is looked for: until 3.13, until 4.2, from then on; 5 calls the last from the caller's
            // thread
            // and connects on another.
            onLibrary(CONNECTION + "StreamAllocation").method("newStream", "(").around(SELF, NONE),
            onLibrary(CONNECTION + "Transmitter")
                    .method("newExchange", "(")
                    .ifPresent()
                    .around(SELF, NONE),
            onLibrary(CONNECTION + "Transmitter")
                    .method("newExchange$okhttp", "(")
                    .ifPresent()
                    .around(SELF, NONE),
            onLibrary(CONNECTION + "RealCall")
                    .method("initExchange$okhttp", "(")
                    .around(NONE, SELF),
            onLibrary(CONNECTION + "ConnectPlan").method("connectTcp", "()").around(SELF, NONE),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        if (a == null) {
            return;
        }
        if (b == null) {
            calls.note(a);
            return;
        }
        if (!SHOWS_BODIES.get(a.getClass())) {
            calls.hidingBodies();
        }
        Object request = REQUEST.require(a);
        ClientCalls.Caller caller = calls.note(CALL.require(a));
        if (!(caller.facts() instanceof Facts decided) || decided.request != request) {
            Facts facts = new Facts(request, Facts.URL.require(request));
            calls.decide(caller, facts, Facts.HOST.text(facts.url), Facts.PORT.getInt(facts.url), facts.isFramed());
        }
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a != null) {
            calls.forget(a);
        }
        return result;
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        Object call = a == null ? b : CALL_OF.require(a);
        return ClientCalls.connecting(current, call == null ? null : calls.get(call));
    }

    private record Facts(Object request, Object url) implements HttpRequest {

        private static final Member URL = Member.method("url");
        private static final Member METHOD = Member.method("method");
        private static final Member SCHEME = Member.method("scheme");
        private static final Member HOST = Member.method("host");
        private static final Member PORT = Member.intMethod("port");
        private static final Member PATH = Member.method("encodedPath");
        private static final Member HEADERS = Member.methodOf(String.class, "headers");
        private static final Member QUERY = Member.method("encodedQuery");
        private static final Member ALL_HEADERS = Member.method("headers");
        private static final Member SIZE = Member.intMethod("size");
        private static final Member NAME = Member.methodOf(int.class, "name");
        private static final Member VALUE = Member.methodOf(int.class, "value");
        private static final Member BODY = Member.method("body");
        private static final Member LENGTH = Member.longMethod("contentLength");

        @Override
        public @Nullable String method() {
            return METHOD.text(request);
        }

        @Override
        public String scheme() {
            return Requests.scheme(SCHEME.text(url));
        }

        @Override
        public String path() {
            return Requests.path(PATH.text(url));
        }

        @Override
        public @Nullable String query() {
            return QUERY.text(url);
        }

        @Override
        public void eachHeader(BiConsumer<String, String> taker) {
            Object all = ALL_HEADERS.require(request);
            int size = SIZE.getInt(all);
            for (int i = 0; i < size; i++) {
                taker.accept(String.valueOf(NAME.call(all, i)), String.valueOf(VALUE.call(all, i)));
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) HEADERS.require(request, name);
        }

        /**
         * Whether the headers say otherwise than the client where the body ends, or name several hosts. It writes its own
         * only where there is a body, and network interceptors come after it.
         */
        boolean isFramed() {
            Object body = BODY.get(request);
            return Requests.isFramed(this, body == null ? 0 : LENGTH.getLong(body));
        }
    }
}
