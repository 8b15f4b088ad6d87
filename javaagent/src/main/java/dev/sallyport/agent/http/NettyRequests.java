package dev.sallyport.agent.http;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.RequestSource;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import dev.sallyport.policy.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are written on a Netty channel by a client that is in no table: whose each is, and where it goes. It is that of
 * whoever gave it to the channel; if that was not seen, of the agent that the writing thread works for, and else of the one for
 * whom the channel was made. Safe on any thread.
 */
final class NettyRequests {

    /** What matters of the objects that are written on channels. */
    enum Message {
        HTTP1_REQUEST,
        HTTP2_HEADERS,
        OTHER
    }

    private static final ClassValue<Message> MESSAGES = new ClassValue<>() {
        @Override
        protected Message computeValue(Class<?> type) {
            if (implementsType(type, ".netty.handler.codec.http.HttpRequest")) {
                return Message.HTTP1_REQUEST;
            }
            return implementsType(type, ".netty.handler.codec.http2.Http2HeadersFrame")
                    ? Message.HTTP2_HEADERS
                    : Message.OTHER;
        }
    };

    /** Who gave a request to its channel: beside the request, or the headers of one. */
    private static final WeakIdentityTable<ClientCalls.Caller> WRITERS = new WeakIdentityTable<>(1 << 10);

    private static final Member CHANNEL = Member.method("channel");
    private static final Member PARENT = Member.method("parent");
    private static final Member REMOTE = Member.method("remoteAddress");
    private static final Member PIPELINE = Member.method("pipeline");
    private static final Member HANDLERS = Member.method("toMap");

    private final Enforcement enforcement;
    private final ClientCalls calls;

    NettyRequests(Enforcement enforcement) {
        this.enforcement = enforcement;
        calls = new ClientCalls(enforcement, ClientClasses.NETTY);
    }

    /**
     * Where a request goes.
     *
     * @param host a name that was seen to resolve to the channel's address, or that a proxy is to resolve, or an address
     * @param port -1 if it is not known
     */
    record Target(@Nullable String host, int port) {}

    static Message kind(Object message) {
        return MESSAGES.get(message.getClass());
    }

    /** Returns the channel of a handler's context or of a pipeline. */
    static Object channel(Object of) {
        return CHANNEL.require(of);
    }

    /** Returns whether a client that is in the table decides what is written on a channel, or on a stream of one. */
    static boolean isOfClient(Object channel) {
        for (Object each = channel; each != null; each = PARENT.get(each)) {
            if (NettyConnections.isOfClient(each)) {
                return true;
            }
        }
        return false;
    }

    /** Notes beside {@code key} that the calling thread's agent and library write it. */
    void note(Object key) {
        WRITERS.put(key, calls.caller());
    }

    /** Notes that what was made of a request is written by the same. */
    static void hand(Object from, Object to) {
        ClientCalls.Caller caller = WRITERS.get(from);
        if (caller != null) {
            WRITERS.put(to, caller);
        }
    }

    /** Returns whose a request is. */
    ClientCalls.Caller writer(Object key, Object channel) {
        ClientCalls.Caller noted = WRITERS.get(key);
        if (noted != null) {
            WRITERS.remove(key);
            return noted;
        }
        AgentContext current = CurrentAgent.get();
        AgentContext maker = NettyConnections.maker(channel);
        Attribution attribution = StackReader.read().attribution();
        if (attribution.origin() == Attribution.Origin.NONE
                && maker != null
                && maker.request() instanceof RequestSource source
                && source.attribution() != null) {
            attribution = source.attribution();
        }
        boolean acts = current != null && current.carried() != null;
        return calls.caller(acts ? current : maker, attribution);
    }

    /** Returns where a channel leads; null if that is no host and port: a Unix socket, another part of the program. */
    @Nullable
    Target target(Object channel) {
        InetSocketAddress behind = NettyConnections.target(channel);
        if (behind != null) {
            return target(behind);
        }
        Object remote = REMOTE.get(channel);
        if (remote == null) {
            return new Target(null, -1); // written before it is connected, so that nothing is known but what it says
        }
        return remote instanceof InetSocketAddress address ? target(address) : null;
    }

    private Target target(InetSocketAddress to) {
        InetAddress address = to.getAddress();
        String host = address == null ? to.getHostString() : enforcement.nameOf(address);
        return new Target(host == null && address != null ? literal(address) : host, to.getPort());
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** Returns {@code https} for a channel that encrypts, else {@code http}. */
    static String scheme(Object channel) {
        Map<?, ?> handlers = (Map<?, ?>) HANDLERS.require(PIPELINE.require(channel));
        for (Object handler : handlers.values()) {
            if (handler.getClass().getName().endsWith(".netty.handler.ssl.SslHandler")) {
                return "https";
            }
        }
        return "http";
    }

    /** Decides a request; returns null if it may be written. */
    @Nullable
    Denial denial(ClientCalls.Caller caller, HttpRequest facts, Target target, boolean framed) {
        return calls.denial(caller, facts, target.host(), target.port(), framed);
    }

    /**
     * Decides a request whose writer is told of a refusal by a future.
     *
     * @return the context in which it is written, or in which {@link ClientCalls#refusal()} tells what was refused
     */
    AgentContext admit(ClientCalls.Caller caller, HttpRequest facts, Target target, boolean framed) {
        return calls.admit(caller, facts, target.host(), target.port(), framed);
    }

    /** Decides what a request with the method {@code CONNECT} asks its proxy to connect to. */
    void connect(ClientCalls.Caller caller, Object channel, InetSocketAddress target) throws EgressDeniedException {
        InetSocketAddress known = NettyConnections.target(channel);
        if (known != null
                && known.getPort() == target.getPort()
                && known.getHostString().equalsIgnoreCase(target.getHostString())) {
            return; // asked for by Netty's own handler, and decided when it was told
        }
        enforcement.connectBehindProxy(caller.context(), caller.knownAttribution(), target);
        NettyConnections.reaches(channel, target);
    }

    /** Lets go of a message's memory, which whoever encodes it would have done. */
    static void release(Object channel, Object message) {
        String pipeline = "io.netty.channel.DefaultChannelPipeline";
        Class<?> type = PIPELINE.require(channel).getClass();
        while (!type.getName().endsWith(pipeline) && type.getSuperclass() != null) {
            type = type.getSuperclass();
        }
        Member.callStatic(type, pipeline, "io.netty.util.ReferenceCountUtil", "release", message);
    }

    private static boolean implementsType(@Nullable Class<?> type, String end) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().endsWith(end)) {
                return true;
            }
            for (Class<?> one : each.getInterfaces()) {
                if (implementsType(one, end)) {
                    return true;
                }
            }
        }
        return false;
    }
}
