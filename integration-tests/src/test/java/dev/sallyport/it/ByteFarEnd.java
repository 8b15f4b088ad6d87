package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A TCP server on a loopback port of the system's choice, which sends 2,000 bytes and counts those that it receives. */
final class ByteFarEnd implements FarEnd {

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<Long>> received = new ArrayList<>();

    ByteFarEnd() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    @Override
    public String target() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public synchronized int seen() {
        return received.size();
    }

    /** Returns how many bytes came in all; called when the other side has closed, or is about to. */
    synchronized long received() throws ExecutionException, InterruptedException {
        long bytes = 0;
        for (Future<Long> each : received) {
            bytes += each.get();
        }
        return bytes;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                synchronized (this) {
                    received.add(threads.submit(() -> count(socket)));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static long count(Socket socket) throws IOException {
        long bytes = 0;
        try (socket) {
            socket.getOutputStream().write(new byte[2_000]);
            byte[] buffer = new byte[8_192];
            for (int n = read(socket, buffer); n >= 0; n = read(socket, buffer)) {
                bytes += n;
            }
        }
        return bytes;
    }

    /** A child that ended before it had read what was sent resets the connection: that is its end too. */
    private static int read(Socket socket, byte[] buffer) {
        try {
            return socket.getInputStream().read(buffer);
        } catch (IOException e) {
            return -1;
        }
    }
}
