package dev.sallyport.agent;

import java.lang.instrument.Instrumentation;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The first class of the isolated loader. It defines the gate and the API in the boot loader, where the JDK's own classes
 * can call them, before any class is loaded that refers to one; then the story begins in {@link Premain}.
 *
 * <p>{@code Instrumentation.appendToBootstrapClassLoaderSearch} would define them too, but makes the JVM drop the user's
 * AppCDS archive and print a warning ({@code ClassLoaderExt::append_boot_classpath}). The launcher reaches this class
 * through an interface of the JDK, since calling a method by reflection costs a cold JDK 25 some ten milliseconds.
 */
public final class Isolated implements BiConsumer<@Nullable String, Instrumentation> {

    /** Called by the launcher through reflection. */
    public Isolated() {}

    @Override
    public void accept(@Nullable String arguments, Instrumentation instrumentation) {
        if (gateStands()) {
            System.err.println("sallyport: the agent is in this JVM already; the second -javaagent changes nothing");
            return;
        }
        Unsafe unsafe = Unsafe.getUnsafe();
        for (byte[] classFile : bootClasses()) {
            unsafe.defineClass(null, classFile, 0, classFile.length, null, null);
        }
        Premain.start(arguments, instrumentation);
    }

    private static boolean gateStands() {
        try {
            Class.forName("dev.sallyport.gate.Gate", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** The loader is of a class that is out of sight here. */
    @SuppressWarnings("unchecked")
    private static byte[][] bootClasses() {
        return ((Supplier<byte[][]>) Isolated.class.getClassLoader()).get();
    }
}
