package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Armeria's client, below all of its decorators: each request, also one for a redirect or a repetition, before it looks for
 * a connection, pooled or new. The decorators that send again do so on an event loop, for the one who asked first. What
 * is thrown here becomes the response's failure above, as if the connection had failed.
 */
public final class Armeria implements Guard {

    private static final String PACKAGE = "com/linecorp/armeria/client/";
    private static final String DELEGATE = PACKAGE + "HttpClientDelegate";
    private static final String CONTEXT = "(L" + PACKAGE + "ClientRequestContext;";

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public Armeria(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    @Override
    public JoinPoint[] points() {
        String execute = CONTEXT + "Lcom/linecorp/armeria/common/HttpRequest;)";
        return new JoinPoint[] {
            onLibrary(DELEGATE).method("execute", execute).around(parameter(0), parameter(1)),
            onLibrary(DELEGATE).method("acquireConnectionAndExecute0", CONTEXT).around(parameter(0), SELF),
            onLibrary(PACKAGE + "RedirectingClient").method("execute0", CONTEXT).around(parameter(0), NONE),
            onLibrary(PACKAGE + "retry/RetryingClient")
                    .method("doExecute0", CONTEXT)
                    .around(parameter(0), NONE),
        };
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws EgressDeniedException {
        if (a == null) {
            return current;
        }
        ClientCalls.Caller caller = calls.note(a);
        if (b == null) {
            return caller.context();
        }
        if (b.getClass().getName().endsWith("HttpClientDelegate")) {
            return ClientCalls.connecting(current, caller);
        }
        Facts facts = new Facts(a, b);
        Object endpoint = Facts.ENDPOINT.get(a);
        String host = endpoint == null ? null : Facts.HOST.text(endpoint);
        int port = endpoint != null && Facts.HAS_PORT.get(endpoint) == Boolean.TRUE ? Facts.PORT.getInt(endpoint) : -1;
        calls.decide(caller, facts, host, port, false);
        return ClientCalls.connecting(current, caller);
    }

    private record Facts(Object context, Object request) implements HttpRequest {

        private static final Member ENDPOINT = Member.method("endpoint");
        private static final Member HOST = Member.method("host");
        private static final Member HAS_PORT = Member.method("hasPort");
        private static final Member PORT = Member.intMethod("port");
        private static final Member METHOD = Member.method("method");
        private static final Member PATH = Member.method("path");
        private static final Member PROTOCOL = Member.method("sessionProtocol");
        private static final Member TLS = Member.method("isTls");
        private static final Member HEADERS = Member.method("headers");
        private static final Member ALL = Member.methodOf(CharSequence.class, "getAll");

        @Override
        public @Nullable String method() {
            return METHOD.text(request);
        }

        @Override
        public String scheme() {
            return Boolean.TRUE.equals(TLS.get(PROTOCOL.require(context))) ? "https" : "http";
        }

        @Override
        public String path() {
            return Requests.pathOf(PATH.text(request));
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            // The request's Host is a header of HTTP/2 here.
            String key = name.equalsIgnoreCase("Host") ? ":authority" : name;
            return (List<String>) ALL.require(HEADERS.require(request), key);
        }
    }
}
