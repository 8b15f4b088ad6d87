package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Operand;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for connections: whoever connects can be told anything. Server sockets and channels, and with them
 * {@code com.sun.net.httpserver}, exported RMI objects and JMX ports. Sockets are decided when they begin to listen, with
 * the port that they got; channels before they are bound.
 */
public final class Listen implements Guard {

    // of java.net.SocketImpl, which the implementation extends
    private static final Operand ADDRESS = field("address", "Ljava/net/InetAddress;");
    private static final Operand PORT = field("localport", "I");

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public Listen(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/NioSocketImpl").method("listen", "(I)V").before(ADDRESS, NONE, PORT),
            on("sun/nio/ch/ServerSocketChannelImpl")
                    .method("netBind", "(Ljava/net/SocketAddress;I)Ljava/net/SocketAddress;")
                    .before(NONE, parameter(0), NONE),
            on("sun/nio/ch/ServerSocketChannelImpl")
                    .method("unixBind", "(Ljava/net/SocketAddress;I)Ljava/net/SocketAddress;")
                    .before(NONE, parameter(0), NONE),
            on("sun/nio/ch/AsynchronousServerSocketChannelImpl")
                    .method("bind", "(Ljava/net/SocketAddress;I)Ljava/nio/channels/AsynchronousServerSocketChannel;")
                    .before(NONE, parameter(0), NONE),
            on("sun/nio/ch/sctp/SctpServerChannelImpl")
                    .method("bind", "(Ljava/net/SocketAddress;I)Lcom/sun/nio/sctp/SctpServerChannel;")
                    .before(NONE, parameter(0), NONE),
            on("sun/nio/ch/sctp/SctpMultiChannelImpl")
                    .method("bind", "(Ljava/net/SocketAddress;I)Lcom/sun/nio/sctp/SctpMultiChannel;")
                    .before(NONE, parameter(0), NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.LISTEN};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (b instanceof InetSocketAddress local) {
            enforcement.local().listen(local.getAddress(), local.getPort());
        } else if (b instanceof UnixDomainSocketAddress local) {
            enforcement.local().listen(SystemPath.of(local.getPath()));
        } else {
            enforcement.local().listen((InetAddress) a, n);
        }
    }
}
