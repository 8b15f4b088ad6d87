package dev.sallyport.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A SOCKS 5 proxy on a loopback port of the system's choice, which connects to this machine's own port, whatever the host. */
final class SocksFarEnd implements AutoCloseable {

    private static final int DOMAIN_NAME = 3;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Integer> targets = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    SocksFarEnd() {
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

    /** Returns the ports that were asked of it. */
    List<Integer> targets() {
        return List.copyOf(targets);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readByte(); // version
            in.readNBytes(in.readUnsignedByte()); // methods
            out.write(new byte[] {5, 0});
            in.readNBytes(3); // version, command, reserved
            int length = in.readByte() == DOMAIN_NAME ? in.readUnsignedByte() : Integer.BYTES;
            in.readNBytes(length);
            int port = in.readUnsignedShort();
            targets.add(port);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                sockets.add(socket);
                out.write(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, (byte) (port >> Byte.SIZE), (byte) port});
                threads.execute(() -> pump(socket, client));
                in.transferTo(socket.getOutputStream());
            }
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
}
