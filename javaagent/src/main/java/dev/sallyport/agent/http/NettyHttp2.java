package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's encoder of HTTP/2, for each client on Netty that is in no table: headers with a method are a request, and are decided
 * before they become a frame; a server's have none. What is refused fails the write, and with it the stream; the connection's
 * other streams go on.
 */
public final class NettyHttp2 implements Guard {

    private static final String ENCODER = "netty/handler/codec/http2/DefaultHttp2ConnectionEncoder";
    private static final String HEADERS =
            "(Lnetty/channel/ChannelHandlerContext;ILnetty/handler/codec/http2/Http2Headers;";
    private static final String SHORT = HEADERS + "IZLnetty/channel/ChannelPromise;)";
    private static final String LONG = HEADERS + "ISZIZLnetty/channel/ChannelPromise;)";

    private static final Member FAIL = Member.methodOf(Throwable.class, "tryFailure");

    private final NettyRequests requests;

    /** Creates the guard. */
    public NettyHttp2(Enforcement enforcement) {
        requests = new NettyRequests(enforcement);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(ENCODER).method("writeHeaders", SHORT).around(parameter(0), parameter(2)),
            onLibrary(ENCODER).method("writeHeaders", SHORT).instead(parameter(5)),
            // Called by the other until 4.1.9x.
            onLibrary(ENCODER).method("writeHeaders", LONG).around(parameter(0), parameter(2)),
            onLibrary(ENCODER).method("writeHeaders", LONG).instead(parameter(8)),
        };
    }

    /** Whose headers are being written, which one method of the encoder may hand to the other. */
    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (a == null || b == null || isDecided(current, b)) {
            return current;
        }
        Object channel = NettyRequests.channel(a);
        Facts facts = NettyRequests.isOfClient(channel) ? null : Facts.of(b, channel);
        NettyRequests.Target target = facts == null ? null : requests.target(channel);
        if (facts == null || target == null) {
            return current;
        }
        ClientCalls.Caller writer = requests.writer(b, channel);
        return requests.admit(writer, facts, target, facts.isAmbiguous());
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        EgressDeniedException refusal = ClientCalls.refusal();
        if (a == null || refusal == null) {
            return result;
        }
        GateEnforcer.asApplication(() -> FAIL.call(a, refusal));
        return a;
    }

    private static boolean isDecided(@Nullable AgentContext current, Object headers) {
        return current != null
                && current.request() instanceof ClientCalls.Caller caller
                && caller.facts() instanceof Facts facts
                && facts.headers == headers;
    }

    /** The fields of a request, as they were when it was decided. */
    private record Facts(Object headers, List<String> names, List<String> values, String transport)
            implements HttpRequest {

        private static final int LIMIT = 1 << 12;

        /** Returns the fields; null if they are not a request's. */
        static @Nullable Facts of(Object headers, Object channel) {
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (Object field : (Iterable<?>) headers) {
                if (field instanceof Map.Entry<?, ?> entry && names.size() < LIMIT) {
                    names.add(String.valueOf(entry.getKey()));
                    values.add(String.valueOf(entry.getValue()));
                }
            }
            return names.contains(":method") ? new Facts(headers, names, values, NettyRequests.scheme(channel)) : null;
        }

        @Override
        public @Nullable String method() {
            return header(":method");
        }

        @Override
        public String scheme() {
            return transport;
        }

        @Override
        public String path() {
            return Requests.pathOf(header(":path"));
        }

        @Override
        public List<String> headers(String name) {
            // The request's Host is a field of its own here.
            boolean host = name.equalsIgnoreCase("Host");
            List<String> found = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equalsIgnoreCase(name) || host && names.get(i).equals(":authority")) {
                    found.add(values.get(i));
                }
            }
            return found;
        }

        /** Whether a server may see another request in it than the one that is decided. */
        boolean isAmbiguous() {
            List<String> hosts = headers("Host");
            for (String each : hosts) {
                if (!each.equalsIgnoreCase(hosts.get(0))) {
                    return true;
                }
            }
            return headers(":method").size() > 1 || headers(":path").size() > 1 || names.size() >= LIMIT;
        }
    }
}
