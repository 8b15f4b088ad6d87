package com.example.saboteur;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * An agent that stands before another one on the command line and undoes the other's work on one class of the JDK. Its
 * argument is {@code original=CLASS} or {@code garbage=CLASS}.
 *
 * <p>The JVM asks transformers that cannot retransform before those that can, and these in the order in which their
 * agents first had one. So the first transformer here comes before the other agent's, and the second one, which is added
 * when the class is met, behind it: that one hands back the class as it is on disk. With {@code garbage} the first one
 * moreover makes the class unreadable for all between the two, so that they fail.
 */
public final class Saboteur {

    private Saboteur() {}

    public static void premain(String argument, Instrumentation instrumentation) {
        int equals = argument.indexOf('=');
        boolean garbage = argument.substring(0, equals).equals("garbage");
        String target = argument.substring(equals + 1);
        Last last = new Last(target, original(target));
        instrumentation.addTransformer(new First(instrumentation, target, garbage, last), false);
    }

    private static byte[] original(String className) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(className + ".class")) {
            if (in == null) {
                throw new IllegalArgumentException("no class " + className);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class First implements ClassFileTransformer {

        private final Instrumentation instrumentation;
        private final String target;
        private final boolean garbage;
        private final Last last;

        First(Instrumentation instrumentation, String target, boolean garbage, Last last) {
            this.instrumentation = instrumentation;
            this.target = target;
            this.garbage = garbage;
            this.last = last;
        }

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (!target.equals(name)) {
                return null;
            }
            instrumentation.addTransformer(last, true);
            return garbage ? new byte[] {1, 2, 3} : null;
        }
    }

    private static final class Last implements ClassFileTransformer {

        private final String target;
        private final byte[] original;

        Last(String target, byte[] original) {
            this.target = target;
            this.original = original;
        }

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            return target.equals(name) ? original.clone() : null;
        }
    }
}
