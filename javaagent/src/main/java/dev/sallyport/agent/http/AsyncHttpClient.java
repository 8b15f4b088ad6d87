package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
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
 * AsyncHttpClient 2 and 3. Every request, also one for a redirect, is sent by one method, which looks for a connection,
 * pooled or new: the first time on the caller's thread, then for the future that the caller has got.
 */
public final class AsyncHttpClient implements Guard {

    private static final String PACKAGE = "org/asynchttpclient/";
    private static final String SENDER = PACKAGE + "netty/request/NettyRequestSender";

    private static final Member FUTURE = Member.field("future");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public AsyncHttpClient(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(SENDER)
                    .method("sendRequest", "(L" + PACKAGE + "Request;L" + PACKAGE + "AsyncHandler;")
                    .around(parameter(0), parameter(2)),
            onLibrary(SENDER).method("newNettyResponseFuture", "(").after(NONE),
            // After a resolver that has its own threads.
            onLibrary(PACKAGE + "netty/channel/NettyChannelConnector")
                    .method("connect", "(")
                    .around(NONE, parameter(1)),
        };
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        calls.hand(result);
        return result;
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws EgressDeniedException {
        if (a == null) {
            return ClientCalls.connecting(current, b == null ? null : calls.get(FUTURE.require(b)));
        }
        ClientCalls.Caller known = b == null ? null : calls.get(b);
        ClientCalls.Caller caller = known == null ? calls.caller() : known;
        Facts facts = new Facts(a, Facts.URL.require(a));
        boolean framed = Requests.isFramedByCaller(facts);
        calls.decide(caller, facts, Facts.HOST.text(facts.url), Facts.PORT.getInt(facts.url), framed);
        return ClientCalls.connecting(current, caller);
    }

    private record Facts(Object request, Object url) implements HttpRequest {

        private static final Member URL = Member.method("getUri");
        private static final Member METHOD = Member.method("getMethod");
        private static final Member SCHEME = Member.method("getScheme");
        private static final Member HOST = Member.method("getHost");
        private static final Member PORT = Member.intMethod("getPort");
        private static final Member PATH = Member.method("getPath");
        private static final Member HEADERS = Member.method("getHeaders");
        private static final Member VIRTUAL_HOST = Member.method("getVirtualHost");
        private static final Member ALL = Member.methodOf(String.class, "getAll");

        @Override
        public @Nullable String method() {
            return METHOD.text(request);
        }

        @Override
        public String scheme() {
            String scheme = SCHEME.text(url);
            return "wss".equalsIgnoreCase(scheme) ? "https" : Requests.scheme(scheme);
        }

        @Override
        public String path() {
            return Requests.path(PATH.text(url));
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            String virtualHost = name.equalsIgnoreCase("Host") ? VIRTUAL_HOST.text(request) : null;
            return virtualHost != null
                    ? List.of(virtualHost)
                    : (List<String>) ALL.require(HEADERS.require(request), name);
        }
    }
}
