package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.policy.HttpRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The AWS SDK's clients on the AWS Common Runtime, which opens its connections in native code: no connect is ever seen here,
 * and what is decided is each request as the SDK hands it over, on the caller's thread. That its library is loaded at all
 * is decided as {@code native}.
 */
public final class AwsCrt implements Guard {

    private static final String CLIENT = "amazon/awssdk/http/crt/";

    private static final Member REQUEST = Member.method("request");
    private static final Member HTTP_REQUEST = Member.method("httpRequest");

    private final ClientCalls calls;

    /** Creates the client's guard. */
    public AwsCrt(Enforcement enforcement) {
        calls = new ClientCalls(enforcement);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CLIENT + "AwsCrtAsyncHttpClient").method("execute", "(").before(parameter(0), NONE, NONE),
            onLibrary(CLIENT + "AwsCrtHttpClient").method("prepareRequest", "(").before(NONE, parameter(0), NONE),
        };
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        Object request = a != null ? REQUEST.require(a) : b != null ? HTTP_REQUEST.require(b) : null;
        if (request != null) {
            Facts facts = new Facts(request);
            calls.decide(
                    calls.caller(), facts, Facts.HOST.text(request), Facts.PORT.getInt(request), facts.isAmbiguous());
        }
    }

    private record Facts(Object request) implements HttpRequest {

        private static final Member METHOD = Member.method("method");
        private static final Member PROTOCOL = Member.method("protocol");
        private static final Member HOST = Member.method("host");
        private static final Member PORT = Member.intMethod("port");
        private static final Member PATH = Member.method("encodedPath");
        private static final Member ALL = Member.methodOf(String.class, "matchingHeaders");

        @Override
        public @Nullable String method() {
            return METHOD.text(request);
        }

        @Override
        public String scheme() {
            return Requests.scheme(PROTOCOL.text(request));
        }

        @Override
        public String path() {
            return Requests.path(PATH.text(request));
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) ALL.require(request, name);
        }

        boolean isAmbiguous() {
            return headers("Host").size() > 1
                    || headers("Content-Length").size() > 1
                    || !headers("Transfer-Encoding").isEmpty();
        }
    }
}
