package dev.sallyport.agent.http;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.WeakIdentityTable;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of Netty's channels, whatever stands on them: for whom each was made, and what it is to reach behind a proxy.
 * Safe on any thread.
 */
public final class NettyConnections {

    private static final WeakIdentityTable<AgentContext> MAKERS = new WeakIdentityTable<>(1 << 8);
    private static final WeakIdentityTable<InetSocketAddress> TARGETS = new WeakIdentityTable<>(1 << 6);

    private NettyConnections() {}

    /** Notes for whom a channel was made. */
    public static void made(Object channel, AgentContext maker) {
        MAKERS.put(channel, maker);
    }

    /** Returns for whom a channel was made; null for one that was accepted. */
    public static @Nullable AgentContext maker(Object channel) {
        return MAKERS.get(channel);
    }

    /** Notes that a client of the table of clients decides what is written on a channel, which it opened before it had a request. */
    static void usedByClient(Object channel) {
        AgentContext maker = MAKERS.get(channel);
        if (maker != null && !ClientCalls.isOfClient(maker)) {
            MAKERS.put(channel, ClientCalls.opening(maker));
        }
    }

    /** Returns whether a client of the table of clients had a channel made: it decides the channel's requests itself. */
    static boolean isOfClient(Object channel) {
        AgentContext maker = MAKERS.get(channel);
        return maker != null && ClientCalls.isOfClient(maker);
    }

    /** Notes what a channel is to reach behind its proxy; of several proxies the first that is told has the target. */
    public static void reaches(Object channel, InetSocketAddress target) {
        if (TARGETS.get(channel) == null) {
            TARGETS.put(channel, target);
        }
    }

    /** Returns what a channel is to reach behind its proxy; null if it has none. */
    static @Nullable InetSocketAddress target(Object channel) {
        return TARGETS.get(channel);
    }
}
