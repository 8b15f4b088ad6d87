package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;

/** A UDP socket on a loopback port of the system's choice, which counts datagrams and answers none. */
final class UdpFarEnd implements FarEnd {

    private final DatagramSocket socket;
    private int seen;

    UdpFarEnd() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(30_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String target() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Sends itself a datagram: what lies before that one in the queue is all that came. */
    @Override
    public int seen() {
        try (DatagramSocket marker = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            marker.send(new DatagramPacket(new byte[0], 0, socket.getLocalSocketAddress()));
            SocketAddress own = marker.getLocalSocketAddress();
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            for (socket.receive(packet); !packet.getSocketAddress().equals(own); socket.receive(packet)) {
                seen++;
            }
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
