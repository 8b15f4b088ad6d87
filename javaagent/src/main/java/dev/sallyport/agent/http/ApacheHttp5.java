package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denied;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import java.io.IOException;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Apache HttpClient 5, the blocking one. Each request, each redirect and each repetition passes the part of the chain that
 * looks for a connection, on the caller's thread, and is decided there. Interceptors may change it after that, so it is
 * compared, and if need be decided again, where it is written.
 */
public final class ApacheHttp5 implements Guard {

    private static final String CLIENT = "apache/hc/client5/http/";
    private static final String REQUEST = "Lapache/hc/core5/http/ClassicHttpRequest;";

    private static final Member ROUTE = Member.field("route");
    private static final Member TARGET_HOST = Member.method("getTargetHost");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public ApacheHttp5(Enforcement enforcement) {
        calls = new ClientCalls(
                        enforcement,
                        CLIENT + "impl/io/DefaultHttpClientConnectionOperator",
                        CLIENT + "socket/PlainConnectionSocketFactory",
                        CLIENT + "ssl/SSLConnectionSocketFactory")
                .showingBodies();
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT + "impl/classic/ConnectExec")
                    .method("execute", '(' + REQUEST)
                    .around(parameter(0), parameter(1)),
            onLibrary(CLIENT + "impl/classic/MinimalHttpClient")
                    .method("doExecute", "(Lapache/hc/core5/http/HttpHost;" + REQUEST)
                    .around(parameter(1), parameter(0)),
            onLibrary("apache/hc/core5/http/impl/io/HttpRequestExecutor")
                    .method(
                            "execute",
                            '(' + REQUEST + "Lapache/hc/core5/http/io/HttpClientConnection;"
                                    + "Lapache/hc/core5/http/io/HttpResponseInformationCallback;")
                    .before(parameter(0), NONE, NONE),
            onLibrary(CLIENT + "ConnectExceptionSupport")
                    .staticMethod("enhance", "(Ljava/io/IOException;")
                    .after(parameter(0)),
        };
    }

    @Override
    public Guard bodies() {
        return ApacheBody.of5(calls);
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
        Object target = b != null && b.getClass().getName().endsWith("ExecChain$Scope")
                ? TARGET_HOST.require(ROUTE.require(b))
                : b;
        ClientCalls.Caller caller = calls.caller();
        ApacheRequest request = ApacheRequest.of5(a, target);
        String host = target == null ? request.authority() : ApacheRequest.host(target);
        calls.decide(caller, request, host, target == null ? -1 : ApacheRequest.port(target), false);
        return ClientCalls.connecting(current, caller);
    }

    /** What the client makes of a refused connection keeps the refusal's words only. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a instanceof Denied
                && a instanceof Throwable denied
                && result instanceof Throwable told
                && told != denied) {
            if (told.getCause() == null) {
                told.initCause(denied);
            } else {
                told.addSuppressed(denied);
            }
        }
        return result;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        ClientCalls.Caller caller = a == null ? null : calls.current();
        if (a != null && caller != null) {
            ApacheRequest.written(calls, caller, ApacheRequest.of5(a, null).over(caller));
        }
    }
}
