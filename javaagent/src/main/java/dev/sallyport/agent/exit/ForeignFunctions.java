package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;

import dev.sallyport.Denial;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * Functions of the C library and of others, called by their address ({@code java.lang.foreign}, on JDK 17 the incubator's
 * {@code CLinker}): no library need be loaded for it. The symbol is not told here, so a rule allows a library the linker as
 * a whole.
 */
public final class ForeignFunctions implements Guard {

    /** What rules call it. */
    private static final String TARGET = "java.lang.foreign";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ForeignFunctions(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("jdk/internal/foreign/abi/AbstractLinker")
                    .method(
                            "downcallHandle0",
                            "(Ljava/lang/foreign/FunctionDescriptor;[Ljava/lang/foreign/Linker$Option;)"
                                    + "Ljava/lang/invoke/MethodHandle;")
                    .since(22)
                    .before(NONE, NONE, NONE),
            on("jdk/internal/foreign/abi/ProgrammableInvoker")
                    .method("getBoundMethodHandle", "()Ljava/lang/invoke/MethodHandle;")
                    .until(17)
                    .before(NONE, NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        enforcement
                .local()
                .nativeCode(
                        TARGET,
                        "jdk.internal.foreign.abi.AbstractLinker",
                        "jdk.internal.foreign.abi.ProgrammableInvoker",
                        "jdk.internal.foreign.abi.x64.",
                        "jdk.internal.foreign.abi.aarch64.",
                        "jdk.internal.foreign.AbstractCLinker");
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NativeDeniedException(denial);
    }
}
