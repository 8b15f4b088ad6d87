package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code InetAddress.isReachable}: an ICMP echo where the process may send one, else a connect to the TCP port for echoes
 * that passes no other exit. Decided as that connect in both cases, since a policy knows no ICMP.
 *
 * <p>The self-test does not call it: unwoven, it would hand what the self-test calls it on to native code, which reads it.
 * {@link NameLookup} proves the class.
 */
public final class Reachability implements Guard {

    private static final int ECHO = 7;

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public Reachability(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/InetAddress")
                    .method("isReachable", "(Ljava/net/NetworkInterface;II)Z")
                    .before(SELF, NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetAddress target) {
            enforcement.connect(target, ECHO);
        }
    }
}
