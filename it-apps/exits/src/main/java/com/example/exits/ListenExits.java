package com.example.exits;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The ways to be called instead of calling: whoever connects is told something. The target is where to listen, and
 * somebody tries to connect there.
 */
final class ListenExits {

    private static final int PATIENCE_SECONDS = 30;
    private static final byte[] SECRET = "secret".getBytes(ISO_8859_1);

    private ListenExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("ServerSocket", ListenExits::serverSocket);
        exits.put("ServerSocketChannel", ListenExits::channel);
        exits.put("ServerSocketChannel.socket", ListenExits::socketOfChannel);
        exits.put("ServerSocketChannel, Unix", ListenExits::unixChannel);
        exits.put("AsynchronousServerSocketChannel", ListenExits::asynchronousChannel);
        exits.put("HttpServer", ListenExits::httpServer);
    }

    private static void serverSocket(String target) throws IOException {
        InetSocketAddress local = Targets.address(target);
        try (ServerSocket server = new ServerSocket(local.getPort(), 1, local.getAddress())) {
            server.setSoTimeout(PATIENCE_SECONDS * 1000);
            tell(server.accept());
        }
    }

    private static void socketOfChannel(String target) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.socket().bind(Targets.address(target));
            server.socket().setSoTimeout(PATIENCE_SECONDS * 1000);
            tell(server.socket().accept());
        }
    }

    private static void channel(String target) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(Targets.address(target));
            tell(server.accept());
        }
    }

    private static void unixChannel(String target) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(target));
            tell(server.accept());
        }
    }

    private static void asynchronousChannel(String target) throws Exception {
        try (AsynchronousServerSocketChannel server =
                AsynchronousServerSocketChannel.open().bind(Targets.address(target))) {
            try (AsynchronousSocketChannel caller = server.accept().get(PATIENCE_SECONDS, SECONDS)) {
                tell(Channels.newInputStream(caller), Channels.newOutputStream(caller));
            }
        }
    }

    private static void httpServer(String target) throws Exception {
        HttpServer server = HttpServer.create(Targets.address(target), 1);
        CountDownLatch told = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, SECRET.length);
            exchange.getResponseBody().write(SECRET);
            exchange.close();
            told.countDown();
        });
        server.start();
        try {
            if (!told.await(PATIENCE_SECONDS, SECONDS)) {
                throw new IOException("nobody came");
            }
        } finally {
            server.stop(0);
        }
    }

    private static void tell(SocketChannel caller) throws IOException {
        try (caller) {
            tell(Channels.newInputStream(caller), Channels.newOutputStream(caller));
        }
    }

    private static void tell(Socket caller) throws IOException {
        try (caller) {
            tell(caller.getInputStream(), caller.getOutputStream());
        }
    }

    /** Tells the secret, and stays until the caller has read it and leaves. */
    private static void tell(InputStream in, OutputStream out) throws IOException {
        out.write(SECRET);
        out.flush();
        while (in.read() >= 0) {
            // what the caller says does not matter
        }
    }
}
