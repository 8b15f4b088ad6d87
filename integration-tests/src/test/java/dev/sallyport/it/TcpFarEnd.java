package dev.sallyport.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A TCP server on a loopback port of the system's choice, which counts connections. */
final class TcpFarEnd implements FarEnd {

    /** What it does with a connection. */
    enum Manner {
        /** Closes it. */
        HANG_UP,
        /** Answers one HTTP request with a two-byte body. */
        HTTP
    }

    private final ServerSocket server;
    private final Manner manner;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "TCP far end");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> requests = new ArrayList<>();
    private final ConcurrentHashMap<Integer, CountDownLatch> own = new ConcurrentHashMap<>();
    private volatile int seen;

    TcpFarEnd(Manner manner) {
        this.manner = manner;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public String target() {
        return "127.0.0.1:" + port();
    }

    /** Connects to itself: when that connection was accepted, every earlier one has been counted. */
    @Override
    public int seen() {
        try (Socket marker = new Socket()) {
            marker.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CountDownLatch accepted = new CountDownLatch(1);
            own.put(marker.getLocalPort(), accepted);
            marker.connect(server.getLocalSocketAddress());
            accepted.await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return seen;
    }

    /** Returns the request lines that came, in order. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread accepts
    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                CountDownLatch marker = own.remove(socket.getPort());
                if (marker != null) {
                    socket.close();
                    marker.countDown();
                    continue;
                }
                seen++;
                if (manner == Manner.HANG_UP) {
                    socket.close();
                } else {
                    threads.execute(() -> answer(socket));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            String head = head(socket.getInputStream());
            synchronized (requests) {
                requests.add(head.lines().findFirst().orElse(""));
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes(ISO_8859_1));
        } catch (IOException e) {
            // the client left
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("end of stream");
            }
            head.append((char) read);
        }
        return head.toString();
    }
}
