package okhttp3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Hostile code in the package of a client, through which others are seen to call. */
public final class Claim implements Runnable {

    private final int port;

    /** Creates it. */
    public Claim(int port) {
        this.port = port;
    }

    @Override
    public void run() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
