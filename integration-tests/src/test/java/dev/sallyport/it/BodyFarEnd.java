package dev.sallyport.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP/1.1 server on a loopback port of the system's choice that keeps every byte that it was sent, also of requests that
 * never came to their end. It answers each whole request with 200 and keeps connections open.
 */
final class BodyFarEnd implements AutoCloseable {

    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1);

    private final ServerSocket server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private volatile int requests;

    BodyFarEnd() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread accepting = new Thread(this::accept, "body-far-end");
        accepting.setDaemon(true);
        accepting.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns how many requests came to their end. */
    int requests() {
        return requests;
    }

    /** Returns how many connections were made. */
    int connections() {
        return connections.size();
    }

    /** Returns everything that came, on all connections. */
    String received() {
        StringBuilder all = new StringBuilder();
        for (Connection connection : connections) {
            all.append(connection.text());
        }
        return all.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Connection connection : connections) {
                connection.socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(server.accept());
                connections.add(connection);
                Thread serving = new Thread(() -> serve(connection), "body-far-end-connection");
                serving.setDaemon(true);
                serving.start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Connection connection) {
        try (Socket socket = connection.socket) {
            InputStream in = socket.getInputStream();
            byte[] part = new byte[8192];
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                connection.take(part, length);
                while (connection.isWhole()) {
                    synchronized (this) {
                        requests++;
                    }
                    socket.getOutputStream().write(ANSWER);
                }
            }
        } catch (IOException e) {
            // the client went away
        }
    }

    private static final class Connection {

        private final Socket socket;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int done;

        Connection(Socket socket) {
            this.socket = socket;
        }

        synchronized void take(byte[] part, int length) {
            bytes.write(part, 0, length);
        }

        synchronized String text() {
            return bytes.toString(ISO_8859_1);
        }

        /** Returns whether a request that was not answered yet has come to its end, and takes it for answered. */
        synchronized boolean isWhole() {
            String text = text();
            int head = text.indexOf("\r\n\r\n", done);
            if (head < 0) {
                return false;
            }
            String headers = text.substring(done, head).toLowerCase(Locale.ROOT) + "\r\n";
            int end;
            if (headers.contains("transfer-encoding: chunked")) {
                int last = text.startsWith("0\r\n\r\n", head + 4) ? head + 4 : text.indexOf("\r\n0\r\n\r\n", head);
                end = last < 0 ? Integer.MAX_VALUE : text.indexOf("0\r\n\r\n", last) + 5;
            } else {
                int length = headers.indexOf("content-length: ");
                int size = length < 0
                        ? 0
                        : Integer.parseInt(headers.substring(length + 16, headers.indexOf("\r\n", length)));
                end = head + 4 + size;
            }
            if (end > text.length()) {
                return false;
            }
            done = end;
            return true;
        }
    }
}
