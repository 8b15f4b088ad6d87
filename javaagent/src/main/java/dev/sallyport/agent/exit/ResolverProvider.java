package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.staticField;

import dev.sallyport.Denial;
import dev.sallyport.NameDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * A resolver that the application brings ({@code InetAddressResolverProvider}, JDK 18 and later). It could answer an allowed
 * name with any address, so one that no rule admits is not used: the JDK's own resolver answers in its place. The questions
 * that an admitted one is asked, and its answers, pass {@link NameLookup} as those of the JDK's own.
 */
public final class ResolverProvider implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ResolverProvider(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/InetAddress")
                    .staticMethod("loadResolver", "()Ljava/net/spi/InetAddressResolver;")
                    .since(18)
                    .after(staticField("BUILTIN_RESOLVER", "Ljava/net/spi/InetAddressResolver;"))
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.DNS};
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        return result == null || result == a || enforcement.names().mayResolve(result.getClass()) ? result : a;
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
