package dev.sallyport.agent.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code sun.net.www.MessageHeader}, the list of headers of a {@link java.net.HttpURLConnection}. By handles, since
 * the compiler warns of each use of the class itself; loaded when a rule first asks for a header.
 */
final class SentHeaders {

    private static final MethodHandle KEY = getter("getKey");
    private static final MethodHandle VALUE = getter("getValue");

    private SentHeaders() {}

    /** Returns the name of header {@code number}, null behind the last one. */
    static @Nullable String key(Object headers, int number) {
        return get(KEY, headers, number);
    }

    /** Returns the value of header {@code number}. */
    static @Nullable String value(Object headers, int number) {
        return get(VALUE, headers, number);
    }

    private static @Nullable String get(MethodHandle getter, Object headers, int number) {
        try {
            return (String) getter.invoke(headers, number);
        } catch (Throwable e) {
            throw new IllegalStateException("the headers of a request cannot be read", e);
        }
    }

    private static MethodHandle getter(String name) {
        try {
            Class<?> type = Class.forName("sun.net.www.MessageHeader");
            return MethodHandles.lookup().findVirtual(type, name, MethodType.methodType(String.class, int.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
