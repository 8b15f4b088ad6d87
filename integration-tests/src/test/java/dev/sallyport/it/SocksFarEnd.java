package dev.sallyport.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A SOCKS 5 proxy without passwords, for names and IPv4 addresses. */
final class SocksFarEnd extends ProxyServer {

    private static final int DOMAIN_NAME = 3;

    private final List<Integer> targets = new CopyOnWriteArrayList<>();

    SocksFarEnd() {
        start();
    }

    /** Returns the ports that it was asked to connect to. */
    List<Integer> targets() {
        return List.copyOf(targets);
    }

    @Override
    void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        in.readByte(); // version
        in.readNBytes(in.readUnsignedByte()); // methods
        client.getOutputStream().write(new byte[] {5, 0});
        in.readNBytes(3); // version, command, reserved
        int length = in.readByte() == DOMAIN_NAME ? in.readUnsignedByte() : Integer.BYTES;
        in.readNBytes(length);
        int port = in.readUnsignedShort();
        targets.add(port);
        tunnel(client, port, new byte[] {5, 0, 0, 1, 127, 0, 0, 1, (byte) (port >> Byte.SIZE), (byte) port});
    }
}
