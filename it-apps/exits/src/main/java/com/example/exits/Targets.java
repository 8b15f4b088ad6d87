package com.example.exits;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Reads targets without asking any name service. */
final class Targets {

    private Targets() {}

    /** Returns {@code a.b.c.d:port} as a socket address. */
    static InetSocketAddress address(String target) {
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
}
