package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Native libraries loaded through {@code System.load} and {@code loadLibrary}. The JDK tells these methods whose class
 * asked, so the stack is not needed.
 */
public final class NativeLoad implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public NativeLoad(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/lang/Runtime")
                    .method("load0", "(Ljava/lang/Class;Ljava/lang/String;)V")
                    .before(parameter(0), parameter(1), NONE),
            on("java/lang/Runtime")
                    .method("loadLibrary0", "(Ljava/lang/Class;Ljava/lang/String;)V")
                    .before(parameter(0), parameter(1), NONE),
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        if (a instanceof Class<?> caller && b instanceof String library) {
            File file = new File(library);
            enforcement.local().load(caller, file.isAbsolute() ? SystemPath.of(file.toPath()) : library);
        }
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NativeDeniedException(denial);
    }

    @Override
    public Proof proof() {
        return Proof.AT_START;
    }

    /** A class that a decision loads may be one of the JDK's that brings a library. */
    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return a instanceof Class<?> caller && StackReader.of(caller).origin() != Attribution.Origin.USER;
    }
}
