package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NameDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * Reverse DNS: {@code InetAddress.getHostName} and {@code getCanonicalHostName}. It stands in the resolvers and not in the
 * method that asks them, for there a refusal is what a name server's "unknown" is: callers of these methods expect no
 * exception, and get the address in figures.
 */
public final class ReverseLookup implements Guard {

    private static final String DESCRIPTOR = "([B)Ljava/lang/String;";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ReverseLookup(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/InetAddress$PlatformNameService")
                    .method("getHostByAddr", DESCRIPTOR)
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            on("java/net/InetAddress$HostsFileNameService")
                    .method("getHostByAddr", DESCRIPTOR)
                    .until(17)
                    .before(parameter(0), NONE, NONE),
            // JDK 18 made the resolvers a service (JEP 418).
            on("java/net/InetAddress$PlatformResolver")
                    .method("lookupByAddress", DESCRIPTOR)
                    .since(18)
                    .before(parameter(0), NONE, NONE),
            on("java/net/InetAddress$HostsFileResolver")
                    .method("lookupByAddress", DESCRIPTOR)
                    .since(18)
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.DNS};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof byte[] address && (address.length == 4 || address.length == 16)) {
            enforcement.names().reverseQuestion(address);
        }
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NameDeniedException(denial);
    }
}
