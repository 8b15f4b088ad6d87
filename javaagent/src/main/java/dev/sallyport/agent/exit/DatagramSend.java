package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * UDP to an address given with the packet: {@code DatagramSocket}, {@code MulticastSocket}, {@code DatagramChannel} and
 * JNDI's DNS client. A connected channel was decided when it connected. Joining a multicast group tells the network's routers
 * of the group, and is decided as a packet to it.
 */
public final class DatagramSend implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public DatagramSend(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/DatagramChannelImpl")
                    .method("send", "(Ljava/io/FileDescriptor;Ljava/nio/ByteBuffer;Ljava/net/InetSocketAddress;)I")
                    .before(parameter(2), SELF, NONE),
            on("sun/nio/ch/DatagramChannelImpl")
                    .method(
                            "innerJoin",
                            "(Ljava/net/InetAddress;Ljava/net/NetworkInterface;Ljava/net/InetAddress;)"
                                    + "Ljava/nio/channels/MembershipKey;")
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.UDP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetSocketAddress target) {
            InetAddress address = target.getAddress();
            if (address != null && b != null) {
                enforcement.send(b, address, target.getPort());
            }
        } else if (a instanceof InetAddress group) {
            enforcement.send(group, -1);
        }
    }

    @Override
    public Proof proof() {
        return Proof.AT_START;
    }
}
