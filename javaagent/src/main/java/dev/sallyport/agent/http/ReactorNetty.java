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
 * Reactor Netty's client, and what goes through it (Spring's {@code WebClient}, Azure's Netty client). What was subscribed to
 * has one handler, made on the subscriber's thread; each of its requests, the first, one for each redirect and each
 * repetition, looks for a connection, pooled or new, and is decided before. It is decided again where it is written, if it
 * is not the same by then.
 */
public final class ReactorNetty implements Guard {

    private static final String CONNECT = "reactor/netty/http/client/HttpClientConnect$";
    private static final String HANDLER = CONNECT + "HttpClientHandler";

    private static final Member CHANNEL = Member.method("channel");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public ReactorNetty(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(HANDLER).method("<init>", "(").after(SELF),
            // The one lambda of the method, which runs for each attempt.
            onLibrary(CONNECT + "MonoHttpConnect")
                    .method("lambda$subscribe$0", "(L" + HANDLER + ';')
                    .around(parameter(0), NONE),
            onLibrary(HANDLER).method("requestWithBody", "(").before(SELF, parameter(0), NONE),
        };
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a != null) {
            calls.note(a);
        }
        return result;
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws EgressDeniedException {
        if (a == null) {
            return current;
        }
        ClientCalls.Caller caller = calls.note(a);
        decide(caller, Facts.of(a));
        return ClientCalls.connecting(current, caller);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws EgressDeniedException {
        if (a == null) {
            return;
        }
        if (b != null) {
            NettyConnections.usedByClient(CHANNEL.require(b));
        }
        ClientCalls.Caller caller = calls.note(a);
        Facts facts = Facts.of(a);
        if (!(caller.facts() instanceof Facts decided) || !decided.isSame(facts)) {
            decide(caller, facts);
        }
    }

    private void decide(ClientCalls.Caller caller, Facts facts) throws EgressDeniedException {
        boolean framed = Requests.isFramedByCaller(facts);
        calls.decide(caller, facts, facts.host(), facts.port(), framed);
    }

    private record Facts(Object handler, Object verb, Object url) implements HttpRequest {

        private static final Member METHOD = Member.field("method");
        private static final Member URL = Member.field("toURI");
        private static final Member HEADERS = Member.field("defaultHeaders");
        private static final Member ALL = Member.methodOf(String.class, "getAll");
        private static final Member SCHEME = Member.field("scheme");
        private static final Member HOST = Member.field("host");
        private static final Member PORT = Member.field("port");
        private static final Member PATH = Member.method("getPathAndQuery");

        static Facts of(Object handler) {
            return new Facts(handler, METHOD.require(handler), URL.require(handler));
        }

        boolean isSame(Facts other) {
            return verb == other.verb && url == other.url;
        }

        @Nullable
        String host() {
            return HOST.text(url);
        }

        int port() {
            return (Integer) PORT.require(url);
        }

        @Override
        public String method() {
            return verb.toString();
        }

        @Override
        public String scheme() {
            String scheme = SCHEME.text(url);
            return "wss".equalsIgnoreCase(scheme) ? "https" : Requests.scheme(scheme);
        }

        @Override
        public String path() {
            return Requests.pathOf(PATH.text(url));
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) ALL.require(HEADERS.require(handler), name);
        }
    }
}
