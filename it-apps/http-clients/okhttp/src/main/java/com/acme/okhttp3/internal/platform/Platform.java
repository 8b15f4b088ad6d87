package com.acme.okhttp3.internal.platform;

import java.io.IOException;
import java.net.Socket;

/** Is called as OkHttp's own class would be in a copy that was put into another package, and is none. */
public final class Platform {

    private Platform() {}

    /** Opens a connection. */
    public static void connect(String host, int port) throws IOException {
        new Socket(host, port).close();
    }
}
