package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * SCTP: connects, and messages that name their receiver, which make an association of their own. A policy has no word for
 * it: it is decided as {@code tcp}. A message that names none goes where the association was made to.
 */
public final class SctpSend implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public SctpSend(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/sctp/SctpNet")
                    .staticMethod("connect", "(ILjava/net/InetAddress;I)I")
                    .before(parameter(1), NONE, parameter(2)),
            on("sun/nio/ch/sctp/SctpChannelImpl")
                    .method("sendFromNativeBuffer", "(ILjava/nio/ByteBuffer;Ljava/net/SocketAddress;IZI)I")
                    .before(parameter(2), NONE, NONE),
            on("sun/nio/ch/sctp/SctpMultiChannelImpl")
                    .method("sendFromNativeBuffer", "(ILjava/nio/ByteBuffer;Ljava/net/SocketAddress;IIZI)I")
                    .before(parameter(2), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetAddress target) {
            enforcement.connect(target, n);
        } else if (a instanceof InetSocketAddress target && target.getAddress() != null) {
            enforcement.connect(target.getAddress(), target.getPort());
        }
    }
}
