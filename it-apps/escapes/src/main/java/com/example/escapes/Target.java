package com.example.escapes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;

/** Where an escape leads. */
final class Target {

    private Target() {}

    /** Returns {@code a.b.c.d:port} as a socket address, without asking any name service. */
    static InetSocketAddress of(String target) {
        int colon = target.lastIndexOf(':');
        String[] parts = target.substring(0, colon).split("\\.", -1);
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), Integer.parseInt(target.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects as every program does: what an escape does once the gate is out of the way. */
    static void connect(String target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(of(target));
        }
    }
}
