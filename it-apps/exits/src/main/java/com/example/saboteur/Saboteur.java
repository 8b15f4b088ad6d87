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
 * argument is {@code original=CLASS} or {@code garbage=CLASS}. A first transformer waits until the other agent starts, so
 * that the second one runs after the other's; that one hands back the class as it is on disk. With {@code garbage} the
 * first one moreover makes the class unreadable for the transformers between the two, so that they fail.
 */
public final class Saboteur {

    private static final String OTHER_AGENT = "dev/sallyport/";

    private Saboteur() {}

    public static void premain(String argument, Instrumentation instrumentation) {
        int equals = argument.indexOf('=');
        boolean garbage = argument.substring(0, equals).equals("garbage");
        String target = argument.substring(equals + 1);
        instrumentation.addTransformer(new First(instrumentation, target, garbage), true);
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
        private final byte[] original;
        private final boolean garbage;
        private boolean otherAgentSeen;
        private boolean lastInPlace;

        First(Instrumentation instrumentation, String target, boolean garbage) {
            this.instrumentation = instrumentation;
            this.target = target;
            this.original = original(target);
            this.garbage = garbage;
        }

        @Override
        public synchronized byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (name == null) {
                return null;
            }
            if (name.startsWith(OTHER_AGENT)) {
                otherAgentSeen = true;
            }
            // late enough for the other agent to have added its own, and not within the target's own turn
            if (otherAgentSeen && !lastInPlace && !name.startsWith(OTHER_AGENT)) {
                lastInPlace = true;
                instrumentation.addTransformer(new Last(target, original), true);
            }
            return garbage && name.equals(target) ? new byte[] {1, 2, 3} : null;
        }
    }

    private record Last(String target, byte[] original) implements ClassFileTransformer {

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
