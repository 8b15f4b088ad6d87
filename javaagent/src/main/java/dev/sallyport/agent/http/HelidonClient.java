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
 * Helidon's web client 4, HTTP/1.1 and HTTP/2. All of it happens on the caller's thread: behind the application's services, the
 * end of their chain takes a connection or opens one, and sends.
 */
public final class HelidonClient implements Guard {

    private static final String CLIENT = "helidon/webclient/";
    private static final String REQUEST = "(Lhelidon/webclient/api/WebClientServiceRequest;)";

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public HelidonClient(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, CLIENT + "api/Proxy$ProxyType", CLIENT + "api/TcpClientConnection");
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT + "http1/Http1CallChainBase")
                    .method("proceed", REQUEST)
                    .around(parameter(0), NONE),
            onLibrary(CLIENT + "http2/Http2CallChainBase")
                    .method("proceed", REQUEST)
                    .around(parameter(0), NONE),
            // For the jar that it is in: the classes that connect are its neighbours.
            onLibrary(CLIENT + "api/TcpClientConnection")
                    .method("connect", "()")
                    .around(NONE, SELF),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws IOException {
        if (a == null) {
            return current;
        }
        ClientCalls.Caller caller = calls.caller();
        Object uri = Facts.URI.require(a);
        Facts facts = new Facts(a, uri);
        calls.decide(caller, facts, Facts.HOST.text(uri), Facts.PORT.getInt(uri), Requests.isFramedByCaller(facts));
        return ClientCalls.connecting(current, caller);
    }

    private record Facts(Object request, Object uri) implements HttpRequest {

        private static final Member URI = Member.method("uri");
        private static final Member METHOD = Member.method("method");
        private static final Member TEXT = Member.method("text");
        private static final Member SCHEME = Member.method("scheme");
        private static final Member HOST = Member.method("host");
        private static final Member PORT = Member.intMethod("port");
        private static final Member PATH = Member.method("path");
        private static final Member RAW_PATH = Member.method("rawPath");
        private static final Member HEADERS = Member.method("headers");
        private static final Member NAME = Member.method("name");
        private static final Member VALUES = Member.method("allValues");

        @Override
        public @Nullable String method() {
            return TEXT.text(METHOD.require(request));
        }

        @Override
        public String scheme() {
            return Requests.scheme(SCHEME.text(uri));
        }

        @Override
        public String path() {
            return Requests.path(RAW_PATH.text(PATH.require(uri)));
        }

        @Override
        public List<String> headers(String name) {
            List<String> values = new ArrayList<>();
            for (Object header : (Iterable<?>) HEADERS.require(request)) {
                if (name.equalsIgnoreCase(NAME.text(header))) {
                    for (Object value : (Iterable<?>) VALUES.require(header)) {
                        values.add(String.valueOf(value));
                    }
                }
            }
            return values;
        }
    }
}
