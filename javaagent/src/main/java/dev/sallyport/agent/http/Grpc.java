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
 * that was allowed last for the same authority.
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

    private static final String OKHTTP = "io/grpc/okhttp/OkHttpClientTransport";

    private final ClientCalls calls;
    private final ClientCalls okHttp;
    private final Map<String, ClientCalls.Caller> allowed = new ConcurrentHashMap<>();

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
        String authority = authority(a);
        int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? -1 : Integer.parseInt(authority.substring(colon + 1));
        ClientCalls.Caller caller = calls.caller();
        calls.decide(caller, new Facts(METHOD.require(a)), host, port, false);
        if (allowed.size() >= AUTHORITIES) {
            allowed.clear();
        }
        allowed.put(authority.toLowerCase(Locale.ROOT), caller);
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        Object transport = a == null || b == null ? a : OUTER.require(a);
        String authority = transport == null ? null : TRANSPORT_AUTHORITY.text(transport);
        ClientCalls.Caller caller = authority == null ? null : allowed.get(authority.toLowerCase(Locale.ROOT));
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
