package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * TCP and UDP connect: every socket and channel of the JDK, blocking or not, goes through this one method, and with it
 * HTTP, TLS, RMI, LDAP, FTP, JMX and the rest.
 */
public final class Connect implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public Connect(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/Net")
                    .staticMethod(
                            "connect", "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)I")
                    .before(parameter(2), parameter(1), parameter(3))
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP, Via.UDP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetAddress address) {
            enforcement.connect(address, n, (FileDescriptor) b);
        }
    }

    @Override
    public Proof proof() {
        return Proof.AT_START;
    }
}
