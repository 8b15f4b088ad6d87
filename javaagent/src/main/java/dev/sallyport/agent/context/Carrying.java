package dev.sallyport.agent.context;

import dev.sallyport.agent.weave.Weaver;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassVisitor;

/**
 * Weaves the carrying of contexts into the JDK: what is loaded later as it is loaded, what is loaded already when the
 * first context is entered, since changing a loaded class costs milliseconds that a JVM without agents need not pay.
 */
public final class Carrying implements Weaver.JdkWeave, Runnable {

    private final Instrumentation instrumentation;
    private final Weaver.FailureListener failures;
    private volatile boolean complete;

    /** Creates the weave; {@code failures} hears of a loaded class that cannot be changed. */
    public Carrying(Instrumentation instrumentation, Weaver.FailureListener failures) {
        this.instrumentation = instrumentation;
        this.failures = failures;
    }

    @Override
    public boolean targets(String name) {
        return CarryingWeave.targets(name);
    }

    @Override
    public List<String> urgent() {
        return CarryingWeave.loops();
    }

    @Override
    public ClassVisitor visitor(String name, ClassVisitor next, List<String> missing) {
        return CarryingWeave.visitor(name, next, missing);
    }

    /** Sees to it that contexts are carried from now on; to be called on any thread before it enters one. */
    @Override
    public void run() {
        if (!complete) {
            weaveLoaded();
        }
    }

    private synchronized void weaveLoaded() {
        if (complete) {
            return;
        }
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.getClassLoader() == null) {
                String name = type.getName().replace('.', '/');
                if (targets(name) && !urgent().contains(name)) {
                    loaded.add(type);
                }
            }
        }
        if (!loaded.isEmpty()) {
            try {
                instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
            } catch (UnmodifiableClassException | LinkageError e) {
                failures.failed("java/lang/Thread", e);
            }
        }
        complete = true;
    }
}
