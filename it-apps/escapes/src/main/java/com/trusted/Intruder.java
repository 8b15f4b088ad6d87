package com.trusted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Hostile code that bears the name of a package which a policy trusts; it is not in that library's jar. */
public final class Intruder implements Runnable {

    private final int port;

    /** Created by reflection, in whatever loader it was smuggled into. */
    public Intruder(int port) {
        this.port = port;
    }

    @Override
    public void run() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
