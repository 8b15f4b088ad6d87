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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The Netty client of the AWS SDK for Java 2, on the caller's thread, before it looks for a connection, pooled or new. It
 * follows no redirects. Failures are handed over to the response's handler and as a future.
 */
public final class AwsNetty implements Guard {

    private static final String CLIENT = "software/amazon/awssdk/http/nio/netty/NettyNioAsyncHttpClient";
    private static final String EXECUTE = "(Lsoftware/amazon/awssdk/http/async/AsyncExecuteRequest;)";

    private static final Member REQUEST = Member.method("request");
    private static final Member HANDLER = Member.method("responseHandler");
    private static final Member ON_ERROR = Member.methodOf(Throwable.class, "onError");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public AwsNetty(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT).method("execute", EXECUTE).around(parameter(0), NONE),
            onLibrary(CLIENT).method("execute", EXECUTE).instead(parameter(0)),
        };
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (a == null) {
            return current;
        }
        Facts facts = new Facts(REQUEST.require(a));
        // The SDK signs the length of a body, and so says it itself; what is no number for one body it refuses.
        boolean framed = facts.headers("Content-Length").size() > 1
                || facts.header("Content-Length") != null && facts.header("Transfer-Encoding") != null;
        return calls.admit(
                calls.caller(), facts, Facts.HOST.text(facts.request), Facts.PORT.getInt(facts.request), framed);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is what the caller gets
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        EgressDeniedException refusal = ClientCalls.refusal();
        if (a == null || refusal == null) {
            return result;
        }
        Object handler = HANDLER.require(a);
        Requests.forget(CompletableFuture.runAsync(() -> ON_ERROR.call(handler, refusal)));
        return CompletableFuture.failedFuture(refusal);
    }

    private record Facts(Object request) implements HttpRequest {

        private static final Member METHOD = Member.method("method");
        private static final Member SCHEME = Member.method("protocol");
        private static final Member HOST = Member.method("host");
        private static final Member PORT = Member.intMethod("port");
        private static final Member PATH = Member.method("encodedPath");
        private static final Member MATCHING = Member.methodOf(String.class, "matchingHeaders");

        @Override
        public @Nullable String method() {
            return METHOD.text(request);
        }

        @Override
        public String scheme() {
            return Requests.scheme(SCHEME.text(request));
        }

        @Override
        public String path() {
            return Requests.path(PATH.text(request));
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) MATCHING.require(request, name);
        }
    }
}
