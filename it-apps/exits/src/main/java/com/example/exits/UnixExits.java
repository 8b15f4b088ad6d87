package com.example.exits;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** The ways to another process of this machine through a Unix socket. The target is the socket's path. */
final class UnixExits {

    private UnixExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("Unix socket", UnixExits::blocking);
        exits.put("Unix socket, non-blocking", UnixExits::nonBlocking);
    }

    private static void blocking(String target) throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(target)).close();
    }

    private static void nonBlocking(String target) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(target)) && !channel.finishConnect()) {
                throw new IOException("a Unix connect was left pending");
            }
        }
    }
}
