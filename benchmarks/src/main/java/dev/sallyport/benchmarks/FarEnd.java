package dev.sallyport.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The servers on loopback that the measured programs talk to, on daemon threads of the driver's JVM. */
final class FarEnd {

    private static final byte[] RESPONSE = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);

    private FarEnd() {}

    /** Accepts each connection and closes it, until {@code server} is closed. */
    static void acceptAndClose(ServerSocket server) {
        start(() -> {
            while (true) {
                server.accept().close();
            }
        });
    }

    /** Answers each request without a body, on connections kept alive, until {@code server} is closed. */
    static void answer(ServerSocket server) {
        start(() -> {
            while (true) {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true);
                start(() -> answer(connection));
            }
        });
    }

    private static void answer(Socket connection) throws IOException {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            int lineLength = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    if (lineLength == 0) {
                        out.write(RESPONSE);
                    }
                    lineLength = 0;
                } else if (b != '\r') {
                    lineLength++;
                }
            }
        }
    }

    private interface Serving {
        void run() throws IOException;
    }

    private static void start(Serving serving) {
        Thread thread = new Thread(() -> {
            try {
                serving.run();
            } catch (IOException closed) {
                // the server socket was closed, or a client has gone: this thread's end
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
