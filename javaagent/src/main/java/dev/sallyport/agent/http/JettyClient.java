package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.HttpRequest;
import java.io.IOException;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's client 10 to 12, HTTP/1.1 and HTTP/2. A request is decided where it is queued for its destination, on the caller's thread
 * or, after a redirect, for the caller of the request that it is a copy of; and compared again where it is sent, on whatever
 * thread had a connection. A refused one is aborted, as the client does with those that it cannot connect: what would be
 * thrown through it gets lost. Names are resolved and connections opened for the map of the connection's facts.
 */
public final class JettyClient implements Guard {

    private static final String CLIENT = "eclipse/jetty/client/";
    private static final String EXCHANGE = "(Leclipse/jetty/client/transport/HttpExchange;";
    private static final String RESOLVER = "eclipse/jetty/util/SocketAddressResolver$Async";
    private static final String CONNECTOR = "eclipse/jetty/io/ClientConnector";
    private static final String OLD_EXCHANGE = "(Leclipse/jetty/client/HttpExchange;";
    private static final String RESOLVE = "(Leclipse/jetty/util/Promise;Ljava/lang/String;I";

    private static final Member REQUEST = Member.method("getRequest");
    private static final Member ABORT = Member.methodOf(Throwable.class, "abort");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public JettyClient(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, CONNECTOR);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT + "HttpClient").method("copyRequest", "(").after(parameter(0)),
            // Moved with 12.
            onLibrary(CLIENT + "HttpDestination").method("send", OLD_EXCHANGE).around(parameter(0), NONE),
            onLibrary(CLIENT + "HttpSender").method("send", OLD_EXCHANGE).before(parameter(0), NONE, NONE),
            onLibrary(CLIENT + "transport/HttpDestination")
                    .method("send", EXCHANGE)
                    .around(parameter(0), NONE),
            onLibrary(CLIENT + "transport/HttpSender").method("send", EXCHANGE).before(parameter(0), NONE, NONE),
            // The facts of the connection came in between with 12.1.
            onLibrary(RESOLVER)
                    .method("resolve", "(Ljava/lang/String;ILeclipse/jetty/util/Promise;)")
                    .ifPresent()
                    .before(parameter(2), parameter(2), NONE),
            onLibrary(RESOLVER)
                    .method("resolve", "(Ljava/lang/String;ILjava/util/Map;Leclipse/jetty/util/Promise;)")
                    .ifPresent()
                    .before(parameter(2), parameter(3), NONE),
            // The body of resolve, on a thread of the client's, which goes on to connect.
            onLibrary(RESOLVER).method("lambda$resolve$0", RESOLVE).ifPresent().around(NONE, parameter(0)),
            onLibrary(RESOLVER).method("lambda$resolve$1", RESOLVE).ifPresent().around(NONE, parameter(0)),
            onLibrary(CONNECTOR)
                    .method("connect", "(Ljava/net/SocketAddress;Ljava/util/Map;)")
                    .around(NONE, parameter(1)),
            // Its first step whose failure is that of the connection.
            onLibrary(CONNECTOR).method("configure", "(").ifPresent().before(NONE, SELF, NONE),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (a == null) {
            return ClientCalls.connecting(current, b == null ? null : calls.get(b));
        }
        Object request = REQUEST.require(a);
        ClientCalls.Caller caller = calls.note(request);
        Facts facts = Facts.of(request);
        abort(request, calls.denial(caller, facts, Facts.HOST.text(request), Facts.PORT.getInt(request), false));
        return ClientCalls.connecting(current, caller);
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        ClientCalls.Caller caller = a == null ? null : calls.get(a);
        if (caller != null && result != null) {
            calls.put(result, caller);
        }
        return result;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        if (a == null) {
            ClientCalls.Caller caller = calls.current();
            if (caller != null) {
                caller.throwIfRefused();
            }
        } else if (b == null) {
            sent(REQUEST.require(a));
        } else {
            calls.hand(a);
            calls.hand(b);
        }
    }

    private void sent(Object request) {
        ClientCalls.Caller caller = calls.get(request);
        Facts facts = Facts.of(request);
        if (caller == null) {
            // Sent on a connection that the caller holds itself, or to ask a proxy for a tunnel.
            if (!"CONNECT".equals(facts.method)) {
                String host = Facts.HOST.text(request);
                abort(
                        request,
                        calls.denial(calls.note(request), facts, host, Facts.PORT.getInt(request), facts.isFramed()));
            }
            return;
        }
        if (caller.isRefused()) {
            return;
        }
        boolean framed = facts.isFramed();
        if (framed || !facts.isWrittenAs(caller.facts()) || !caller.isHost(facts.header("Host"))) {
            abort(request, calls.denialAgain(caller, facts, framed));
        }
    }

    private static void abort(Object request, @Nullable Denial denial) {
        if (denial != null) {
            EgressDeniedException refusal = new EgressDeniedException(denial);
            GateEnforcer.asApplication(() -> ABORT.call(request, refusal));
        }
    }

    /** A request, whose method and path the application may change until it is sent. */
    private record Facts(Object request, @Nullable String method, String scheme, RequestTarget line)
            implements HttpRequest {

        private static final Member METHOD = Member.method("getMethod");
        private static final Member SCHEME = Member.method("getScheme");
        private static final Member HOST = Member.method("getHost");
        private static final Member PORT = Member.intMethod("getPort");
        private static final Member PATH = Member.method("getPath");
        private static final Member HEADERS = Member.method("getHeaders");
        private static final Member VALUES = Member.methodOf(String.class, "getValuesList");
        private static final Member BODY = Member.method("getBody");
        private static final Member LENGTH = Member.longMethod("getLength");

        static Facts of(Object request) {
            return new Facts(
                    request,
                    METHOD.text(request),
                    Requests.scheme(SCHEME.text(request)),
                    RequestTarget.of(PATH.text(request)));
        }

        @Override
        public String path() {
            return line.path();
        }

        boolean isWrittenAs(@Nullable HttpRequest other) {
            return other != null
                    && path().equals(other.path())
                    && String.valueOf(method).equals(other.method());
        }

        @Override
        public @Nullable String header(String name) {
            if (line.host() != null && name.equals("Host")) {
                return RequestTarget.asHeader(line.host());
            }
            return HttpRequest.super.header(name);
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) VALUES.require(HEADERS.require(request), name);
        }

        /** Whether the headers say otherwise than the client where the body ends, or name several hosts. */
        boolean isFramed() {
            Object body = BODY.get(request);
            return Requests.isFramed(this, body == null ? 0 : LENGTH.getLong(body));
        }
    }
}
