package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Joining a multicast group, which tells the network's routers of it, and sends of a socket with an implementation of the
 * program's own ({@code DatagramSocketImpl}). What the JDK's sockets send to a group passes {@link DatagramSend}.
 */
public final class Multicast implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public Multicast(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/DatagramChannelImpl")
                    .method(
                            "innerJoin",
                            "(Ljava/net/InetAddress;Ljava/net/NetworkInterface;Ljava/net/InetAddress;)"
                                    + "Ljava/nio/channels/MembershipKey;")
                    .before(parameter(0), NONE, NONE),
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("join", "(Ljava/net/InetAddress;)V")
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("joinGroup", "(Ljava/net/SocketAddress;Ljava/net/NetworkInterface;)V")
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on("java/net/NetMulticastSocket")
                    .method("send", "(Ljava/net/DatagramPacket;)V")
                    .before(parameter(0), NONE, NONE),
            on("java/net/NetMulticastSocket")
                    .method("send", "(Ljava/net/DatagramPacket;B)V")
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.UDP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetAddress group) {
            enforcement.send(group, -1);
        } else if (a instanceof InetSocketAddress group && group.getAddress() != null) {
            enforcement.send(group.getAddress(), -1);
        } else if (a instanceof DatagramPacket packet && packet.getAddress() != null) {
            enforcement.send(packet.getAddress(), packet.getPort());
        }
    }
}
