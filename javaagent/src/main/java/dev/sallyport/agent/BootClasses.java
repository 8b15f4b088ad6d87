package dev.sallyport.agent;

import dev.sallyport.launch.AgentClassLoader;
import java.io.IOException;
import jdk.internal.misc.Unsafe;

/**
 * Defines the gate and the API in the boot loader, where the JDK's own classes can call them.
 *
 * <p>{@code Instrumentation.appendToBootstrapClassLoaderSearch} would do the same, but makes the JVM drop the user's
 * AppCDS archive and print a warning ({@code ClassLoaderExt::append_boot_classpath}).
 */
final class BootClasses {

    private static final String PACKAGE = "dev/sallyport/";
    private static final String LAUNCH = "dev/sallyport/launch/";
    /** A class can be defined only after its interfaces. */
    private static final String FIRST = "dev/sallyport/Denied.class";

    private BootClasses() {}

    /** Returns whether an agent of this kind is in the JVM already. */
    static boolean defined() {
        try {
            Class.forName("dev.sallyport.gate.Gate", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Defines them all. */
    static void define(AgentClassLoader loader) throws IOException {
        Unsafe unsafe = Unsafe.getUnsafe();
        define(unsafe, loader, FIRST);
        for (String name : loader.outerNames()) {
            if (name.startsWith(PACKAGE)
                    && name.endsWith(".class")
                    && !name.startsWith(LAUNCH)
                    && !name.endsWith("package-info.class")
                    && !name.equals(FIRST)) {
                define(unsafe, loader, name);
            }
        }
    }

    private static void define(Unsafe unsafe, AgentClassLoader loader, String name) throws IOException {
        byte[] bytes = loader.outer(name);
        if (bytes == null) {
            throw new IOException(name + " is missing from the agent's jar");
        }
        unsafe.defineClass(null, bytes, 0, bytes.length, null, null);
    }
}
