package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.attribution.GateCaller;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * TCP of the sockets that JDK 17 still has for {@code -Djdk.net.usePlainSocketImpl}: their connects pass {@link Connect},
 * what they listen at passes {@link Listen}, and their ends {@link ConnectionClose}.
 */
public final class LegacySocket implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public LegacySocket(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/AbstractPlainSocketImpl")
                    .method("doConnect", "(Ljava/net/InetAddress;II)V")
                    .until(17)
                    .before(parameter(0), field("fd", "Ljava/io/FileDescriptor;"), parameter(1)),
            on("java/net/AbstractPlainSocketImpl")
                    .method("listen", "(I)V")
                    .until(17)
                    .before(field("address", "Ljava/net/InetAddress;"), SELF, field("localport", "I")),
            on("java/net/AbstractPlainSocketImpl")
                    .method("close", "()V")
                    .until(17)
                    .before(NONE, field("fd", "Ljava/io/FileDescriptor;"), NONE),
            // what closes a socket that nobody has closed
            on("java/net/SocketCleanable")
                    .method("performCleanup", "()V")
                    .until(17)
                    .before(NONE, NONE, field("fd", "I"))
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP, Via.LISTEN};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (closes(a, b, n)) {
            return;
        }
        if (b instanceof FileDescriptor descriptor && a instanceof InetAddress address) {
            enforcement.connect(address, n, descriptor);
        } else {
            enforcement.local().listen((InetAddress) a, n);
        }
    }

    /** What is closed inside a decision is closed all the same. */
    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return closes(a, b, n);
    }

    private boolean closes(@Nullable Object a, @Nullable Object b, int n) {
        if (b == null) {
            if (GateCaller.isOfJdk("java.net.SocketCleanable")) {
                enforcement.closes(n); // any number can be said
            }
        } else if (a == null && b instanceof FileDescriptor descriptor) {
            enforcement.closes(descriptor);
        }
        return b == null || (a == null && b instanceof FileDescriptor);
    }
}
