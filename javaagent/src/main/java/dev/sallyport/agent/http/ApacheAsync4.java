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
 * Apache HttpAsyncClient 4.1. Who asks is noted beside the exchange's handler as it starts, on the caller's thread. Each
 * request and each redirect that needs a connection is decided where it asks for one, and each as it is handed over to be
 * written, on an I/O thread. The reactor opens a connection for an address, which is made for one request alone.
 */
public final class ApacheAsync4 implements Guard {

    private static final String CLIENT = "apache/http/impl/nio/client/";
    private static final String HANDLER = CLIENT + "AbstractClientExchangeHandler";
    private static final String REACTOR = "apache/http/impl/nio/reactor/";
    private static final String CONNECT = REACTOR + "DefaultConnectingIOReactor$1";

    private static final Member ROUTE = Member.method("getRoute");
    private static final Member CURRENT_REQUEST = Member.method("getCurrentRequest");
    private static final Member TARGET_HOST = Member.method("getTargetHost");
    private static final Member REMOTE_ADDRESS = Member.field("val$targetAddress", "val$address");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public ApacheAsync4(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, REACTOR + "DefaultConnectingIOReactor");
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT + "DefaultClientExchangeHandlerImpl")
                    .method("start", "()")
                    .before(NONE, SELF, NONE),
            onLibrary(CLIENT + "MinimalClientExchangeHandlerImpl")
                    .method("start", "()")
                    .before(NONE, SELF, NONE),
            onLibrary(HANDLER).method("requestConnection", "()").around(SELF, NONE),
            onLibrary(CLIENT + "DefaultClientExchangeHandlerImpl")
                    .method("generateRequest", "()")
                    .after(SELF),
            onLibrary(CLIENT + "MinimalClientExchangeHandlerImpl")
                    .method("generateRequest", "()")
                    .after(SELF),
            onLibrary(REACTOR + "SessionRequestImpl").method("<init>", "(").after(parameter(0)),
            onLibrary(CONNECT).method("run", "()").around(NONE, SELF),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        calls.stands(domain);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        if (b != null) {
            calls.note(b);
        }
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b)
            throws IOException {
        if (b != null) {
            ClientCalls.Caller opening = calls.get(REMOTE_ADDRESS.require(b));
            if (opening != null) {
                opening.throwIfRefused();
            }
            return ClientCalls.connecting(current, opening);
        }
        if (a == null) {
            return current;
        }
        ClientCalls.Caller caller = calls.note(a);
        boolean started = caller.isDecided();
        Object target = TARGET_HOST.require(ROUTE.require(a));
        ApacheRequest request = ApacheRequest.of4(CURRENT_REQUEST.require(a), target);
        calls.denial(caller, request, ApacheRequest.host(target), ApacheRequest.port(target), false);
        if (!started) {
            caller.throwIfRefused();
        }
        // A redirect's refusal would get lost here: it is thrown where the reactor connects or the request is written.
        return ClientCalls.connecting(current, caller);
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) throws IOException {
        if (a == null) {
            return result;
        }
        if (result == null) {
            calls.hand(a);
            return null;
        }
        ClientCalls.Caller caller = calls.get(a);
        if (caller == null) {
            throw new IllegalStateException("a request of which it is not known who made it");
        }
        caller.throwIfRefused();
        ApacheRequest.written(calls, caller, ApacheRequest.of4(result, null).over(caller));
        return result;
    }
}
