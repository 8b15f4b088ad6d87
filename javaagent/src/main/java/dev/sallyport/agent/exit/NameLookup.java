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
 * Forward DNS at the name service itself, behind the JDK's cache: {@code InetAddress.getByName}, {@code getLocalHost},
 * {@code URL.equals} and {@code hashCode}, {@code SocketPermission.implies}. What a name resolves to is noted here, for
 * name rules trust nothing else.
 */
public final class NameLookup implements Guard {

    private static final String OWNER = "java/net/InetAddress";
    private static final String METHOD = "getAddressesFromNameService";
    // JDK 18 took the second parameter away (JEP 418).
    private static final String UNTIL_17 = "(Ljava/lang/String;Ljava/net/InetAddress;)[Ljava/net/InetAddress;";
    private static final String SINCE_18 = "(Ljava/lang/String;)[Ljava/net/InetAddress;";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public NameLookup(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on(OWNER).staticMethod(METHOD, UNTIL_17).until(17).before(parameter(0), NONE, NONE),
            on(OWNER).staticMethod(METHOD, UNTIL_17).until(17).after(parameter(0)),
            on(OWNER).staticMethod(METHOD, SINCE_18).since(18).before(parameter(0), NONE, NONE),
            on(OWNER).staticMethod(METHOD, SINCE_18).since(18).after(parameter(0)),
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.DNS};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof String host) {
            enforcement.names().question(host);
        }
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) throws Throwable {
        return a instanceof String host
                        && result instanceof InetAddress[] answer
                        && GateCaller.get() == InetAddress.class
                ? enforcement.names().answer(host, answer)
                : result;
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
