package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.WeakIdentityTable;
import dev.sallyport.policy.HttpRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's encoder of HTTP/1.1, for each client on Netty that is in no table: a request is decided where it becomes bytes. What
 * is refused fails the write, and ends the channel, on which somebody may else wait for an answer. Answers that a server writes
 * are none of its business.
 */
public final class NettyHttp1 implements Guard {

    private static final String ENCODER = "netty/handler/codec/http/HttpObjectEncoder";
    private static final String CONTEXT_AND_MESSAGE = "(Lnetty/channel/ChannelHandlerContext;Ljava/lang/Object;";

    private static final Member CLOSE = Member.method("close");

    private final NettyRequests requests;
    /** What was decided and is about to be encoded. */
    private final WeakIdentityTable<Boolean> decided = new WeakIdentityTable<>(1 << 8);

    /** Creates the guard. */
    public NettyHttp1(Enforcement enforcement) {
        requests = new NettyRequests(enforcement);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            // Came with 4.1.8x and calls the other. Of what the other throws, the writer is told only as of a cause.
            onLibrary(ENCODER)
                    .method("write", CONTEXT_AND_MESSAGE)
                    .ifPresent()
                    .before(parameter(0), parameter(1), NONE),
            onLibrary(ENCODER).method("encode", CONTEXT_AND_MESSAGE).before(parameter(0), parameter(1), NONE),
        };
    }

    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return b == null || NettyRequests.kind(b) != NettyRequests.Message.HTTP1_REQUEST;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        if (a == null || b == null || NettyRequests.kind(b) != NettyRequests.Message.HTTP1_REQUEST) {
            return;
        }
        Object channel = NettyRequests.channel(a);
        if (NettyRequests.isOfClient(channel)) {
            return;
        }
        if (decided.get(b) != null) {
            decided.remove(b);
            return;
        }
        try {
            decide(channel, b);
            decided.put(b, Boolean.TRUE);
        } catch (EgressDeniedException e) {
            end(a, b);
            throw e;
        }
    }

    private void decide(Object channel, Object request) throws EgressDeniedException {
        NettyRequests.Target target = requests.target(channel);
        if (target == null) {
            return;
        }
        ClientCalls.Caller writer = requests.writer(request, channel);
        String uri = String.valueOf(Facts.URI.text(request));
        Facts facts = Facts.of(request, uri, NettyRequests.scheme(channel));
        if (facts.method.equalsIgnoreCase("CONNECT")) {
            requests.connect(writer, channel, authority(uri, target.port()));
            return;
        }
        RequestTarget line = facts.line;
        NettyRequests.Target named = line.host() == null
                ? target
                : new NettyRequests.Target(line.host(), line.port() < 0 ? defaultPort(uri) : line.port());
        Denial denial = requests.denial(writer, facts, known(named, facts), facts.isAmbiguous(uri));
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Of a channel that is not connected yet, where it leads is known from what the request says alone. */
    private static NettyRequests.Target known(NettyRequests.Target target, Facts facts) {
        String header = target.host() == null ? facts.header("Host") : null;
        return header == null
                ? target
                : new NettyRequests.Target(RequestTarget.hostOf(header), RequestTarget.portOf(header));
    }

    private static int defaultPort(String uri) {
        return uri.regionMatches(true, 0, "https:", 0, 6) ? 443 : 80;
    }

    private static InetSocketAddress authority(String uri, int otherwise) {
        int port = RequestTarget.portOf(uri);
        return InetSocketAddress.createUnresolved(RequestTarget.hostOf(uri), port < 0 ? Math.max(otherwise, 0) : port);
    }

    /** What the encoder would have let go of. */
    private static void end(Object context, Object request) {
        GateEnforcer.asApplication(() -> {
            NettyRequests.release(NettyRequests.channel(context), request);
            CLOSE.get(context);
        });
    }

    private record Facts(Object request, String method, String scheme, RequestTarget line) implements HttpRequest {

        private static final Member METHOD = Member.method("method", "getMethod");
        private static final Member URI = Member.method("uri", "getUri");
        private static final Member HEADERS = Member.method("headers");
        private static final Member ALL = Member.methodOf(String.class, "getAll");

        static Facts of(Object request, String uri, String scheme) {
            return new Facts(request, String.valueOf(METHOD.text(request)), scheme, RequestTarget.of(uri));
        }

        @Override
        public String path() {
            return line.path();
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> headers(String name) {
            return (List<String>) ALL.require(HEADERS.require(request), name);
        }

        /** Whether a server may see another request in it, or one more, than the one that is decided. */
        boolean isAmbiguous(String uri) {
            List<String> lengths = headers("Content-Length");
            List<String> encodings = headers("Transfer-Encoding");
            return headers("Host").size() > 1
                    || lengths.size() > 1
                    || encodings.size() > 1
                    || !lengths.isEmpty() && !encodings.isEmpty()
                    || !encodings.isEmpty() && !encodings.get(0).equalsIgnoreCase("chunked")
                    || breaks(uri)
                    || breaks(method);
        }

        /** Whether it ends the line, or the word, that it stands in. */
        private static boolean breaks(String word) {
            for (int i = 0; i < word.length(); i++) {
                if (word.charAt(i) <= ' ') {
                    return true;
                }
            }
            return false;
        }
    }
}
