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
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * gRPC, whatever transport it has. Each call is a {@code POST} to the path of its method, decided on the caller's thread
 * before anything is sent. A connection is opened for a channel and on threads of its own: it is decided as one for the call
 * that was allowed last for the same authority, and for the first one, which may start later than the channel connects, as one
 * for the call that was made for it.
 */
public final class Grpc implements Guard {

    private static final int AUTHORITIES = 1024;

    private static final Member METHOD = Member.field("method");
    private static final Member OPTIONS = Member.field("callOptions");
    private static final Member CHANNEL = Member.field("clientStreamProvider");
    private static final Member OUTER = Member.field("this$0");
    private static final Member AUTHORITY = Member.method("authority", "getAuthority");
    private static final Member OVERRIDE = Member.method("getAuthority");
    private static final Member TRANSPORT_AUTHORITY = Member.field("authorityString", "authority", "defaultAuthority");

    private static final String CHANNEL_CALLS = "io/grpc/internal/ManagedChannelImpl$RealChannel";
    private static final String OKHTTP = "io/grpc/okhttp/OkHttpClientTransport";

    private final ClientCalls calls;
    private final ClientCalls okHttp;
    private final Map<String, ClientCalls.Caller> allowed = new ConcurrentHashMap<>();
    /** The calls of channels for which none was allowed yet. */
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    /** A call that has not started. */
    private record Made(ClientCalls.Caller caller, Facts facts) {}

    /** Creates the client's guard. */
    public Grpc(Enforcement enforcement) {
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
        okHttp = new ClientCalls(enforcement, OKHTTP);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary("io/grpc/internal/ClientCallImpl")
                    .method("start", "(Lio/grpc/ClientCall$Listener;Lio/grpc/Metadata;)")
                    .before(SELF, parameter(1), NONE),
            onLibrary(CHANNEL_CALLS)
                    .method("newCall", "(Lio/grpc/MethodDescriptor;")
                    .before(SELF, parameter(0), NONE),
            onLibrary("io/grpc/netty/NettyClientTransport").method("start", "(").around(SELF, NONE),
            // What it does on threads of its own, one of which connects; which, depends on the version.
            constructed(OKHTTP + "$2"),
            running(OKHTTP + "$2"),
            constructed(OKHTTP + "$3"),
            running(OKHTTP + "$3"),
            constructed(OKHTTP + "$4"),
            running(OKHTTP + "$4"),
        };
    }

    /** Not each of these classes is something that runs, but one that a point stands at must have one of its points. */
    private static JoinPoint constructed(String owner) {
        return onLibrary(owner).method("<init>", "(").after(NONE);
    }

    private static JoinPoint running(String owner) {
        return onLibrary(owner).method("run", "()").ifPresent().around(SELF, SELF);
    }

    @Override
    public void stands(ProtectionDomain domain) {
        okHttp.stands(domain);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws EgressDeniedException {
        if (a == null) {
            return;
        }
        if (b != null && a.getClass().getName().endsWith("$RealChannel")) {
            made(String.valueOf(AUTHORITY.text(a)).toLowerCase(Locale.ROOT), b);
            return;
        }
        String authority = authority(a);
        ClientCalls.Caller caller = calls.caller();
        calls.decide(caller, new Facts(METHOD.require(a)), host(authority), port(authority), false);
        put(allowed, authority.toLowerCase(Locale.ROOT), caller);
    }

    /** A channel may look for its server from here on, whenever the call starts. */
    private void made(String authority, Object descriptor) {
        if (!allowed.containsKey(authority)) {
            put(made, authority, new Made(calls.caller(), new Facts(descriptor)));
        }
    }

    private static <V> void put(Map<String, V> map, String authority, V value) {
        if (map.size() >= AUTHORITIES) {
            map.clear();
        }
        map.put(authority, value);
    }

    private static String host(String authority) {
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    private static int port(String authority) {
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(authority.substring(colon + 1));
    }

    /** Returns for whom a channel connects; null if nobody has made a call for its authority. */
    private ClientCalls.@Nullable Caller connects(String authority) {
        ClientCalls.Caller caller = allowed.get(authority);
        Made first = caller == null ? made.get(authority) : null;
        if (first == null) {
            return caller;
        }
        calls.denialUncounted(first.caller, first.facts, host(authority), port(authority), false);
        return first.caller;
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        Object transport = a == null || b == null ? a : OUTER.require(a);
        String authority = transport == null ? null : TRANSPORT_AUTHORITY.text(transport);
        ClientCalls.Caller caller = authority == null ? null : connects(authority.toLowerCase(Locale.ROOT));
        if (caller == null) {
            return authority == null || b != null ? current : ClientCalls.opening(current);
        }
        return ClientCalls.connecting(current, b == null ? caller : okHttp.adopted(caller));
    }

    private static String authority(Object call) {
        String override = OVERRIDE.text(OPTIONS.require(call));
        return override != null ? override : String.valueOf(AUTHORITY.text(OUTER.require(CHANNEL.require(call))));
    }

    private record Facts(Object descriptor) implements HttpRequest {

        private static final Member NAME = Member.method("getFullMethodName");

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String scheme() {
            return "https"; // whether it is encrypted, the channel's transport knows; the port is in the authority
        }

        @Override
        public String path() {
            return '/' + NAME.require(descriptor).toString();
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
