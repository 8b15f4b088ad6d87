package dev.sallyport.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Copies the beginning of a buffer of Okio, which stays as it is. */
final class BufferCopy {

    private final ClassValue<Method> methods = new ClassValue<>() {
        @Override
        protected Method computeValue(Class<?> type) {
            try {
                return type.getMethod("copyTo", OutputStream.class, long.class, long.class);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type.getName() + " cannot be copied", e);
            }
        }
    };

    void copy(Object buffer, OutputStream to, long length) throws IOException {
        try {
            methods.get(buffer.getClass()).invoke(buffer, to, 0L, length);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("a body cannot be read", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a body cannot be read", e);
        }
    }
}
