package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Unix socket that counts connections. */
final class UnixFarEnd implements FarEnd {

    private final Path path;
    private final ServerSocketChannel server;
    private int seen;

    UnixFarEnd(Path path) {
        this.path = path;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            server.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String target() {
        return path.toString();
    }

    /** Takes what waits to be accepted: a Unix connect is in that queue when it returns to the client. */
    @Override
    public int seen() {
        try {
            for (SocketChannel next = server.accept(); next != null; next = server.accept()) {
                next.close();
                seen++;
            }
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
