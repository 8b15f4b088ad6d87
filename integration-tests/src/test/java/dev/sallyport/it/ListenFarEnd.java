package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Somebody who tries again and again to connect to where the child may listen, and counts when it is told something. */
final class ListenFarEnd implements FarEnd {

    private static final long PAUSE_NANOS = 5_000_000;

    private final String target;
    private final SocketAddress address;
    private final Thread poller = new Thread(this::poll, "listen far end");
    private int seen;
    private volatile boolean closed;

    private ListenFarEnd(String target, SocketAddress address) {
        this.target = target;
        this.address = address;
        poller.setDaemon(true);
        poller.start();
    }

    /** Returns one that polls a loopback port which is free now. */
    static ListenFarEnd ofPort() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            int port = free.getLocalPort();
            return new ListenFarEnd("127.0.0.1:" + port, new InetSocketAddress(loopback, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns one that polls a Unix socket. */
    static ListenFarEnd ofPath(Path path) {
        return new ListenFarEnd(path.toString(), UnixDomainSocketAddress.of(path));
    }

    @Override
    public String target() {
        return target;
    }

    /** Waits for an exchange that is under way. */
    @Override
    public synchronized int seen() {
        return seen;
    }

    @Override
    public void close() {
        closed = true;
        try {
            poller.join();
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void poll() {
        while (!closed) {
            ask();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private synchronized void ask() {
        try (SocketChannel channel = open()) {
            channel.connect(address);
            channel.write(ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)));
            if (channel.read(ByteBuffer.allocate(100)) > 0) {
                seen++;
            }
        } catch (IOException e) {
            // nobody listens
        }
    }

    private SocketChannel open() throws IOException {
        if (address instanceof UnixDomainSocketAddress) {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }
        // From 127.0.0.1 the system might pick the polled port itself, and connect the socket to itself.
        return SocketChannel.open().bind(new InetSocketAddress("127.0.0.2", 0));
    }
}
