package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * TCP of the sockets that JDK 17 still has for {@code -Djdk.net.usePlainSocketImpl}: their connects pass {@link Connect}, and
 * what they listen at passes {@link Listen}.
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
                    .before(parameter(0), NONE, parameter(1)),
            on("java/net/AbstractPlainSocketImpl")
                    .method("listen", "(I)V")
                    .until(17)
                    .before(field("address", "Ljava/net/InetAddress;"), SELF, field("localport", "I"))
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP, Via.LISTEN};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (b != null) {
            enforcement.local().listen((InetAddress) a, n);
        } else if (a instanceof InetAddress address) {
            enforcement.connect(address, n);
        }
    }
}
