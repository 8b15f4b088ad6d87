package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NameDeniedException;
import dev.sallyport.agent.attribution.GateCaller;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The request for a name before the JDK's cache is asked. A name refused only behind the cache would be cached as
 * unknown for ten seconds ({@code networkaddress.cache.negative.ttl}), for the agents that may have it too. What the cache
 * answers is noted here.
 */
public final class NameRequest implements Guard {

    private static final String OWNER = "java/net/InetAddress";
    private static final String METHOD = "getAllByName0";

    private static final String UNTIL_17 = "(Ljava/lang/String;Ljava/net/InetAddress;ZZ)[Ljava/net/InetAddress;";
    private static final String SINCE_25 = "(Ljava/lang/String;Z)[Ljava/net/InetAddress;";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public NameRequest(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on(OWNER).staticMethod(METHOD, UNTIL_17).until(17).before(parameter(0), NONE, NONE),
            on(OWNER).staticMethod(METHOD, UNTIL_17).until(17).after(parameter(0)),
            on(OWNER).staticMethod(METHOD, SINCE_25).since(25).before(parameter(0), NONE, NONE),
            on(OWNER).staticMethod(METHOD, SINCE_25).since(25).after(parameter(0)),
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.DNS};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof String host) {
            enforcement.names().ask(host);
        }
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a instanceof String host
                && result instanceof InetAddress[] answer
                && GateCaller.get() == InetAddress.class) {
            enforcement.names().answeredAgain(host, answer);
        }
        return result;
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NameDeniedException(denial);
    }

    @Override
    public Proof proof() {
        return Proof.AT_START;
    }
}
