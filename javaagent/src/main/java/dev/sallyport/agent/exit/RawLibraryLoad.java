package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Libraries that are opened for their symbols alone: {@code SymbolLookup.libraryLookup}. The JDK opens its own libraries in
 * the same way. JDK 17 has no public way to it.
 */
public final class RawLibraryLoad implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public RawLibraryLoad(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("jdk/internal/loader/RawNativeLibraries")
                    .method("load", "(Ljava/lang/String;)Ljdk/internal/loader/NativeLibrary;")
                    .since(22)
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        if (a instanceof String library) {
            File file = new File(library);
            String target = library.indexOf('/') >= 0 ? SystemPath.of(file.toPath()) : library;
            enforcement.local().nativeCode(target, "jdk.internal.loader.", "java.lang.foreign.SymbolLookup");
        }
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NativeDeniedException(denial);
    }
}
