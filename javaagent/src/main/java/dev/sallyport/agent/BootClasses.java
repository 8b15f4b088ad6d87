package dev.sallyport.agent;

import jdk.internal.misc.Unsafe;

/**
 * Defines the gate and the API in the boot loader, where the JDK's own classes can call them.
 *
 * <p>{@code Instrumentation.appendToBootstrapClassLoaderSearch} would do the same, but makes the JVM drop the user's
 * AppCDS archive and print a warning ({@code ClassLoaderExt::append_boot_classpath}).
 */
public final class BootClasses {

    private BootClasses() {}

    /**
     * Defines them all, before any class is loaded that refers to one.
     *
     * @param classFiles the class files, each after its interfaces
     * @return whether they were defined now; false if an agent of this kind is in the JVM already
     */
    public static boolean define(byte[][] classFiles) {
        if (defined()) {
            return false;
        }
        Unsafe unsafe = Unsafe.getUnsafe();
        for (byte[] classFile : classFiles) {
            unsafe.defineClass(null, classFile, 0, classFile.length, null, null);
        }
        return true;
    }

    private static boolean defined() {
        try {
            Class.forName("dev.sallyport.gate.Gate", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
