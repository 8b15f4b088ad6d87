package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.InternalsDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * Reflection and private lookups, where the command line opens packages of {@code java.base} to the application ({@code
 * --add-opens}). What such a package holds else stays open; what {@link Internals} keeps shut, this does too.
 */
public final class OpenedInternals implements Guard {

    private final Enforcement enforcement;

    /** Creates the guard. */
    public OpenedInternals(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/lang/reflect/AccessibleObject")
                    .method("checkCanSetAccessible", "(Ljava/lang/Class;Ljava/lang/Class;Z)Z")
                    .before(SELF, parameter(0), NONE),
            on("java/lang/invoke/MethodHandles")
                    .staticMethod(
                            "privateLookupIn",
                            "(Ljava/lang/Class;Ljava/lang/invoke/MethodHandles$Lookup;)"
                                    + "Ljava/lang/invoke/MethodHandles$Lookup;")
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        String reached = Internals.reached(a, b, n);
        if (reached != null) {
            enforcement.local().internals(reached);
        }
    }

    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return Internals.reached(a, b, n) == null;
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new InternalsDeniedException(denial);
    }
}
