package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.DatagramPacket;
import org.jspecify.annotations.Nullable;

/** Sends of a datagram socket whose implementation ({@code DatagramSocketImpl}) is not the JDK's own. */
public final class OwnDatagramSocket implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public OwnDatagramSocket(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
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
        if (a instanceof DatagramPacket packet && packet.getAddress() != null) {
            enforcement.send(packet.getAddress(), packet.getPort());
        }
    }
}
