package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;

import dev.sallyport.agent.attribution.GateCaller;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The socket that a program was started on by inetd or systemd: decided by what it is, when the program asks for it. One
 * that is connected is a way out that this JVM never connected itself.
 */
public final class InheritedChannel implements Guard {

    private static final Member DESCRIPTOR = Member.method("getFD");

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public InheritedChannel(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/InheritedChannel")
                    .staticMethod("getChannel", "()Ljava/nio/channels/Channel;")
                    .after(NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP, Via.UDP, Via.UNIX, Via.LISTEN};
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) throws Throwable {
        if (result instanceof SocketChannel channel) {
            peer(channel, channel.getRemoteAddress());
        } else if (result instanceof DatagramChannel channel) {
            peer(channel, channel.getRemoteAddress());
        } else if (result instanceof ServerSocketChannel channel) {
            if (channel.getLocalAddress() instanceof InetSocketAddress local) {
                enforcement.local().listen(local.getAddress(), local.getPort());
            } else {
                enforcement.local().listen(String.valueOf(channel.getLocalAddress()));
            }
        }
        return result;
    }

    private void peer(Channel channel, @Nullable SocketAddress peer) throws Throwable {
        // with somebody else's channel anybody could say that it is this one
        boolean inherited = GateCaller.isOfJdk("sun.nio.ch.InheritedChannel");
        FileDescriptor descriptor = inherited ? (FileDescriptor) DESCRIPTOR.get(channel) : null;
        if (peer instanceof InetSocketAddress remote) {
            enforcement.connect(remote.getAddress(), remote.getPort(), descriptor);
        } else if (peer instanceof UnixDomainSocketAddress remote) {
            enforcement.local().unix(remote.getPath().toString(), descriptor);
        }
    }
}
