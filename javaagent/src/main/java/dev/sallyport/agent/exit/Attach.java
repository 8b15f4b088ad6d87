package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * Attaching to a JVM, this one included. Whoever is attached can load an agent there, which may do whatever that process
 * may.
 */
public final class Attach implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public Attach(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/tools/attach/VirtualMachineImpl")
                    .method("<init>", "(Lcom/sun/tools/attach/spi/AttachProvider;Ljava/lang/String;)V")
                    .before(parameter(1), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.ATTACH};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        enforcement.local().attach(String.valueOf(a), null);
    }
}
