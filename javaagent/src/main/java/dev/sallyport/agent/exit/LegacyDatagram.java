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
 * UDP of the sockets that JDK 17 still has for {@code -Djdk.net.usePlainDatagramSocketImpl}, which a program can set for
 * itself: they pass {@link Connect} and {@link DatagramSend}. The socket holds the packet's lock while it sends, so that
 * the address that is decided is the one that is sent to.
 */
public final class LegacyDatagram implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public LegacyDatagram(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("send", "(Ljava/net/DatagramPacket;)V")
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("connect", "(Ljava/net/InetAddress;I)V")
                    .until(17)
                    .before(parameter(0), NONE, parameter(1)),
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("join", "(Ljava/net/InetAddress;)V")
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on("java/net/AbstractPlainDatagramSocketImpl")
                    .method("joinGroup", "(Ljava/net/SocketAddress;Ljava/net/NetworkInterface;)V")
                    .until(17)
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.UDP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof DatagramPacket packet) {
            InetAddress target = packet.getAddress();
            if (target != null) {
                enforcement.send(target, packet.getPort());
            }
        } else if (a instanceof InetAddress target) {
            enforcement.send(target, n);
        } else if (a instanceof InetSocketAddress group && group.getAddress() != null) {
            enforcement.send(group.getAddress(), -1);
        }
    }
}
