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
import java.io.IOException;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Apache HttpClient 5, the asynchronous one, HTTP/1.1 and HTTP/2. A request passes the part of the chain that looks for a
 * connection on the caller's thread, a redirect on an I/O thread; both have the exchange's cancellable in their scope,
 * beside which it is noted who asked. The connection is opened by the reactor for a session request, which is made in the
 * context of the request, and what is written there is compared with what was decided, since interceptors come between.
 */
public final class ApacheAsync5 implements Guard {

    private static final String CLIENT = "apache/hc/client5/http/";
    private static final String CONNECT = CLIENT + "impl/async/AsyncConnectExec";
    private static final String REACTOR = "apache/hc/core5/reactor/";
    private static final String HTTP_1 = "apache/hc/core5/http/impl/nio/ClientHttp1StreamHandler";
    private static final String HTTP_2 = "apache/hc/core5/http2/impl/nio/ClientH2StreamHandler";
    private static final String HANDLER = "Lapache/hc/core5/http/nio/AsyncClientExchangeHandler;";
    private static final String REQUEST = "(Lapache/hc/core5/http/HttpRequest;";

    private static final Member ROUTE = Member.field("route");
    private static final Member EXCHANGE = Member.field("cancellableDependency");
    private static final Member TARGET_HOST = Member.method("getTargetHost");
    private static final Member EXCHANGE_HANDLER = Member.field("exchangeHandler");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public ApacheAsync5(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, REACTOR + "SingleCoreIOReactor");
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CONNECT).method("execute", REQUEST).around(parameter(0), parameter(2)),
            // The same again once a connection is free, on whatever thread gave one back.
            onLibrary(CONNECT).method("proceedToNextHop", "(").ifPresent().around(NONE, parameter(3)),
            onLibrary(CONNECT).method("doProceedToNextHop", "(").ifPresent().around(NONE, parameter(3)),
            onLibrary(REACTOR + "IOSessionRequest").method("<init>", "(").after(SELF),
            // Tries the next address of the name.
            onLibrary(REACTOR + "IOSessionRequest").method("failed", "(").around(SELF, NONE),
            onLibrary(REACTOR + "SingleCoreIOReactor")
                    .method("processConnectionRequest", "(Ljava/nio/channels/SocketChannel;")
                    .around(parameter(1), NONE),
            onLibrary("apache/hc/core5/http/nio/command/RequestExecutionCommand")
                    .method("<init>", '(' + HANDLER)
                    .after(parameter(0)),
            // First whose request it is, and then the request and its body.
            onLibrary(HTTP_1).method("commitRequest", REQUEST).around(SELF, SELF),
            onLibrary(HTTP_1).method("commitRequest", REQUEST).before(parameter(0), parameter(1), NONE),
            onLibrary(HTTP_2).method("commitRequest", REQUEST).around(SELF, SELF),
            onLibrary(HTTP_2).method("commitRequest", REQUEST).before(parameter(0), parameter(1), NONE),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws IOException {
        if (b == null) {
            return ClientCalls.connecting(current, a == null ? null : calls.get(a));
        }
        if (a == b) {
            Object handler = EXCHANGE_HANDLER.require(b);
            ClientCalls.Caller writing = calls.get(handler);
            calls.forget(handler);
            return ClientCalls.connecting(current, writing);
        }
        Object exchange = EXCHANGE.require(b);
        if (a == null) {
            return ClientCalls.connecting(current, calls.get(exchange));
        }
        Object target = TARGET_HOST.require(ROUTE.require(b));
        ClientCalls.Caller caller = calls.note(exchange);
        ApacheRequest request = ApacheRequest.of5(a, target);
        calls.decide(caller, request, ApacheRequest.host(target), ApacheRequest.port(target), false);
        return ClientCalls.connecting(current, caller);
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        calls.hand(a);
        return result;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        ClientCalls.Caller caller = a == null ? null : calls.current();
        if (a != null && caller != null) {
            ApacheRequest.written(calls, caller, ApacheRequest.of5(a, null).over(caller), b != null);
        }
    }
}
