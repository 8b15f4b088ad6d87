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
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ktor's client 3 on its own engine, CIO. Its methods are coroutines: each is called once with its arguments, and once more
 * with nulls in their place whenever it goes on, on whatever thread. A request and its redirects have one job, beside which the
 * caller is noted.
 */
public final class KtorCio implements Guard {

    private static final String ENGINE = "io/ktor/client/engine/cio/";
    private static final String REQUEST = "(Lio/ktor/client/request/HttpRequestData;";

    private static final Member JOB = Member.method("getExecutionContext");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public KtorCio(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, "io/ktor/network/sockets/SocketImpl");
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary("io/ktor/client/HttpClient")
                    .method("execute$ktor_client_core", "(Lio/ktor/client/request/HttpRequestBuilder;")
                    .before(parameter(0), NONE, NONE),
            onLibrary(ENGINE + "CIOEngine").method("execute", REQUEST).before(NONE, parameter(0), NONE),
            onLibrary(ENGINE + "Endpoint").method("connect", REQUEST).around(parameter(0), NONE),
            // For the jar that it is in: it is the class that connects.
            onLibrary("io/ktor/network/sockets/SocketImpl")
                    .method("connect$ktor_network", "(")
                    .around(NONE, SELF),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        if (a != null) {
            calls.noteAgain(JOB.require(a));
        }
        if (b == null) {
            return;
        }
        ClientCalls.Caller noted = calls.get(JOB.require(b));
        ClientCalls.Caller caller = noted == null ? calls.caller() : noted;
        calls.put(b, caller);
        Facts facts = new Facts(b, Facts.URL.require(b));
        calls.decide(
                caller,
                facts,
                Facts.HOST.text(facts.url),
                Facts.PORT.getInt(facts.url),
                Requests.isFramedByCaller(facts));
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        return a == null ? current : ClientCalls.connecting(current, calls.get(a));
    }

    private record Facts(Object request, Object url) implements HttpRequest {

        private static final Member URL = Member.method("getUrl");
        private static final Member METHOD = Member.method("getMethod");
        private static final Member VALUE = Member.method("getValue");
        private static final Member PROTOCOL = Member.method("getProtocol");
        private static final Member NAME = Member.method("getName");
        private static final Member HOST = Member.method("getHost");
        private static final Member PORT = Member.intMethod("getPort");
        private static final Member PATH = Member.method("getEncodedPath");
        private static final Member HEADERS = Member.method("getHeaders");
        private static final Member ENTRIES = Member.method("entries");

        @Override
        public @Nullable String method() {
            return VALUE.text(METHOD.require(request));
        }

        @Override
        public String scheme() {
            String protocol = NAME.text(PROTOCOL.require(url));
            return Requests.scheme("wss".equalsIgnoreCase(protocol) ? "https" : protocol);
        }

        @Override
        public String path() {
            return Requests.path(PATH.text(url));
        }

        @Override
        public List<String> headers(String name) {
            List<String> values = new ArrayList<>();
            for (Object entry : (Iterable<?>) ENTRIES.require(HEADERS.require(request))) {
                if (entry instanceof java.util.Map.Entry<?, ?> header
                        && name.equalsIgnoreCase(String.valueOf(header.getKey()))
                        && header.getValue() instanceof Iterable<?> all) {
                    for (Object value : all) {
                        values.add(String.valueOf(value));
                    }
                }
            }
            return values;
        }
    }
}
