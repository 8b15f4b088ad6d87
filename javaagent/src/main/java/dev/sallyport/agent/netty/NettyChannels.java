package dev.sallyport.agent.netty;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.enforce.RequestSource;
import dev.sallyport.agent.http.ClientClasses;
import dev.sallyport.agent.http.NettyConnections;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import java.net.InetSocketAddress;
import java.security.ProtectionDomain;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Netty's channels: for whom each was made, and that its connect, which comes later on an event loop, is decided for those.
 * A channel is made on the thread of whoever wants the connection, whichever way it then takes. Behind a proxy handler the
 * target is decided here, as the connect below shows the hop to the proxy only.
 */
public final class NettyChannels implements Guard {

    private static final String CONNECT = "(Ljava/net/SocketAddress;Ljava/net/SocketAddress;";

    private static final Member PARENT = Member.field("parent");
    private static final Member CHANNEL = Member.method("channel");

    private final Enforcement enforcement;

    /** Creates the guard. */
    public NettyChannels(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    /** Whose code made a channel for which there is no request that is known. */
    private record Opened(@Nullable Attribution attribution) implements RequestSource {

        @Override
        public @Nullable Request request() {
            return null;
        }
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary("netty/channel/AbstractChannel").method("<init>", "(").after(SELF),
            unsafe("netty/channel/nio/AbstractNioChannel$AbstractNioUnsafe"),
            unsafe("netty/channel/epoll/AbstractEpollChannel$AbstractEpollUnsafe"),
            unsafe("netty/channel/kqueue/AbstractKQueueChannel$AbstractKQueueUnsafe"),
            unsafe("netty/channel/uring/AbstractIoUringChannel$AbstractUringUnsafe"),
            unsafe("netty/incubator/channel/uring/AbstractIOUringChannel$AbstractUringUnsafe"),
            // Where the name is asked for that a channel shall connect to.
            onLibrary("netty/bootstrap/Bootstrap")
                    .method("doResolveAndConnect0", "(Lnetty/channel/Channel;")
                    .around(NONE, parameter(0)),
            onLibrary("reactor/netty/transport/TransportConnector")
                    .staticMethod("doResolveAndConnect", "(Lnetty/channel/Channel;")
                    .around(NONE, parameter(0)),
            onLibrary("netty/handler/proxy/ProxyHandler").method("connect", "(").around(parameter(0), NONE),
            onLibrary("netty/handler/proxy/ProxyHandler")
                    .method("connect", "(")
                    .before(parameter(1), parameter(0), NONE),
        };
    }

    private static JoinPoint unsafe(String owner) {
        return onLibrary(owner).method("connect", CONNECT).around(parameter(2), NONE);
    }

    @Override
    public void stands(ProtectionDomain domain) {
        ClientClasses.NETTY.add(domain);
    }

    /** A channel was made; one that has a parent was accepted. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a != null && PARENT.get(a) == null) {
            AgentContext context = CurrentAgent.get();
            if (context == null || context.request() == null) {
                Attribution attribution = StackReader.read().attribution();
                context = AgentContext.inRequest(context, new Opened(attribution));
            }
            NettyConnections.made(a, context);
        }
        return result;
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetSocketAddress target && b != null) {
            enforcement.connectBehindProxy(target);
            NettyConnections.reaches(CHANNEL.require(b), target);
        }
    }

    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        Object channel = a == null ? b : CHANNEL.require(a);
        AgentContext maker = channel == null ? null : NettyConnections.maker(channel);
        return maker == null || !mayStandFor(maker, current) ? current : maker;
    }

    /** Where another agent connects a channel than made it, it is that one's connect. */
    private static boolean mayStandFor(AgentContext maker, @Nullable AgentContext current) {
        return current == null
                || current.request() == null
                        && Objects.equals(current.agent(), maker.agent())
                        && Objects.equals(current.tool(), maker.tool());
    }
}
