package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy on a loopback port of the system's choice. Wherever a client wants to go, it connects to this machine's own port of that
 * number.
 */
abstract class ProxyServer implements AutoCloseable {

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    ProxyServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins to serve; called when all that serving needs is there. */
    final void start() {
        threads.execute(this::accept);
    }

    final int port() {
        return server.getLocalPort();
    }

    @Override
    public final void close() {
        close(server);
        sockets.forEach(ProxyServer::close);
        threads.shutdownNow();
    }

    /** Speaks with a client until one of the two has nothing more to say. */
    abstract void serve(Socket client) throws IOException;

    /** Connects a client to a port; {@code agreed} tells it that this was done. */
    final void tunnel(Socket client, int port, byte[] agreed) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(socket);
            client.getOutputStream().write(agreed);
            threads.execute(() -> pump(socket, client));
            client.getInputStream().transferTo(socket.getOutputStream());
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                threads.execute(() -> serveToTheEnd(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serveToTheEnd(Socket client) {
        try (client) {
            serve(client);
        } catch (IOException e) {
            // one of the two left
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of the two left
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
