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

    /** A connect came to its end, or is on its way still where the result is not above zero. */
    public static final int CONNECT = 5;

    /** A connect may have run out of time. */
    public static final int CONNECT_TIME = 6;

    /** The status line of an answer came, on the thread that asked. */
    public static final int ANSWER = 7;

    /** An answer with a status came. */
    public static final int RESPONSE = 8;

    /** There will be no answer. */
    public static final int FAILURE = 9;

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

    /**
     * Called where a call comes to its end; throws nothing.
     *
     * @param way one of the constants
     * @param end what tells which call: a {@code FileDescriptor}, a status line, or an object of the client
     * @param result what was returned, or a status
     * @param thrown what it failed with, or null
     */
    public static void outcome(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {
        Enforcer enforcer = Gate.enforcer();
        if (enforcer != null) {
            enforcer.outcome(way, end, result, thrown);
        }
    }
}
