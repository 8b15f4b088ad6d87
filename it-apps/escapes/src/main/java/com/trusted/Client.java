package com.trusted;

/** A library that a policy lets go out, and that runs what it is given. */
public final class Client {

    private Client() {}

    /** Calls its caller back. */
    public static void call(Runnable callback) {
        callback.run();
    }
}
