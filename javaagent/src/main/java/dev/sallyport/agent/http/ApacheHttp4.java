package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
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
 * Apache HttpClient 4, the blocking one, and what goes through it (the AWS SDK's Apache client, copies inside database
 * drivers). Each request, each redirect and each repetition is decided on the caller's thread where a connection is looked
 * for: in the chain of 4.3 and later, or in the director of {@code DefaultHttpClient}. It is compared, and if need be
 * decided again, where it is written.
 */
public final class ApacheHttp4 implements Guard {

    private static final String CHAIN = "apache/http/impl/execchain/";
    private static final String DIRECTOR = "apache/http/impl/client/DefaultRequestDirector";
    private static final String ROUTED = "(Lapache/http/impl/client/RoutedRequest;";
    private static final String ON_ROUTE =
            "(Lapache/http/conn/routing/HttpRoute;Lapache/http/client/methods/HttpRequestWrapper;";

    private static final Member TARGET_HOST = Member.method("getTargetHost");
    private static final Member REQUEST = Member.method("getRequest");
    private static final Member ROUTE = Member.method("getRoute");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public ApacheHttp4(Enforcement enforcement) {
        calls = new ClientCalls(
                        enforcement,
                        "apache/http/conn/socket/PlainConnectionSocketFactory",
                        "apache/http/conn/ssl/SSLConnectionSocketFactory",
                        "apache/http/conn/scheme/PlainSocketFactory",
                        "apache/http/conn/ssl/SSLSocketFactory")
                .showingBodies();
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CHAIN + "MainClientExec").method("execute", ON_ROUTE).around(parameter(1), parameter(0)),
            onLibrary(CHAIN + "MinimalClientExec").method("execute", ON_ROUTE).around(parameter(1), parameter(0)),
            onLibrary(DIRECTOR).method("tryConnect", ROUTED).around(NONE, parameter(0)),
            onLibrary(DIRECTOR).method("tryExecute", ROUTED).around(NONE, parameter(0)),
            onLibrary("apache/http/protocol/HttpRequestExecutor")
                    .method("execute", "(Lapache/http/HttpRequest;")
                    .before(parameter(0), NONE, NONE),
        };
    }

    @Override
    public Guard bodies() {
        return ApacheBody.of4(calls);
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws IOException {
        if (b == null) {
            return current;
        }
        if (a != null) {
            return ClientCalls.connecting(current, decide(a, b));
        }
        ClientCalls.Caller caller = calls.get(b);
        if (caller == null) {
            caller = decide(REQUEST.require(b), ROUTE.require(b));
            calls.put(b, caller);
        }
        return ClientCalls.connecting(current, caller);
    }

    private ClientCalls.Caller decide(Object request, Object route) throws IOException {
        Object target = TARGET_HOST.require(route);
        ClientCalls.Caller caller = calls.caller();
        ApacheRequest facts = ApacheRequest.of4(request, target);
        calls.decide(caller, facts, ApacheRequest.host(target), ApacheRequest.port(target), false);
        return caller;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        ClientCalls.Caller caller = a == null ? null : calls.current();
        if (a != null && caller != null) {
            ApacheRequest.written(calls, caller, ApacheRequest.of4(a, null).over(caller));
        }
    }
}
