package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A process that looks to the JDK like a JVM which waits for somebody to attach: it has the Unix socket in {@code /tmp} by
 * which one does. It hangs up on everybody. Needs {@code /proc}.
 */
final class AttachFarEnd implements FarEnd {

    private final Process process;
    private final Path path;
    private final ServerSocketChannel server;
    private volatile int accepted;
    private int own;

    AttachFarEnd() {
        try {
            process = new ProcessBuilder("sleep", "600").start();
            path = Path.of("/tmp", ".java_pid" + process.pid());
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "attach far end");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public String target() {
        return Long.toString(process.pid());
    }

    /** Connects to itself: when that connection is hung up, every earlier one has been counted. */
    @Override
    public int seen() {
        own++;
        try (SocketChannel marker = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            if (marker.read(ByteBuffer.allocate(1)) >= 0) {
                throw new IOException("a far end spoke that never does");
            }
            return accepted - own;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread accepts
    private void accept() {
        while (true) {
            try {
                SocketChannel next = server.accept();
                accepted++;
                next.close();
            } catch (IOException e) {
                return; // closed
            }
        }
    }
}
