package dev.sallyport.gate;

import org.jspecify.annotations.Nullable;

/**
 * What woven code calls where the JDK hands bytes of connections to the system, and takes them from it. Woven only while the
 * policy in force limits them. Safe on any thread; throws nothing but a {@link dev.sallyport.Denied}.
 */
public final class Wire {

    /** Bytes of one stretch of memory go out. */
    public static final int WRITE = 0;

    /** Bytes of several stretches of memory go out. */
    public static final int GATHER = 1;

    /** Bytes of a file go out. */
    public static final int SEND_FILE = 2;

    /** One datagram goes out from a socket that is not connected. */
    public static final int DATAGRAM = 3;

    /** Bytes come in. */
    public static final int READ = 4;

    private Wire() {}

    /**
     * Called before.
     *
     * @param way one of the constants
     * @param end the connection's {@code FileDescriptor}, or where a datagram goes
     * @param content a datagram's {@code ByteBuffer}, else null
     * @param address where the description of several stretches is, else 0
     * @param length how many bytes, or stretches
     */
    public static void moving(int way, @Nullable Object end, @Nullable Object content, long address, int length) {
        Enforcer enforcer = Gate.enforcer();
        if (enforcer != null) {
            try {
                enforcer.moving(way, end, content, address, length);
            } catch (Throwable denial) {
                throw Gate.sneak(denial);
            }
        }
    }

    /**
     * Called where that returns.
     *
     * @param count how many bytes went or came; below zero for none
     */
    public static void moved(long count, int way, @Nullable Object end) {
        Enforcer enforcer = Gate.enforcer();
        if (enforcer != null) {
            try {
                enforcer.moved(way, end, count);
            } catch (Throwable denial) {
                throw Gate.sneak(denial);
            }
        }
    }
}
