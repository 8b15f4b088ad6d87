package dev.sallyport.it;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name server on a loopback port of the system's choice, which counts questions. A name
 * whose first label is {@code public} is 10.1.2.3, every other one is 127.0.0.1.
 */
final class DnsFarEnd implements FarEnd {

    private static final int HEADER = 12;
    private static final int A = 1;

    private final DatagramSocket socket;
    private final AtomicInteger seen = new AtomicInteger();

    DnsFarEnd() {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread server = new Thread(this::serve, "DNS far end");
        server.setDaemon(true);
        server.start();
    }

    @Override
    public String target() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public int seen() {
        return seen.get();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                seen.incrementAndGet();
                byte[] answer = answer(packet.getData());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static byte[] answer(byte[] question) throws IOException {
        ByteBuffer query = ByteBuffer.wrap(question);
        int end = HEADER;
        while (query.get(end) != 0) {
            end += query.get(end) + 1;
        }
        boolean hasAnswer = query.getShort(end + 1) == A;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(query.getShort(0));
        out.writeShort(0x8180); // a response, recursion desired and available
        out.writeShort(1);
        out.writeShort(hasAnswer ? 1 : 0);
        out.writeInt(0);
        out.write(question, HEADER, end + 5 - HEADER);
        if (hasAnswer) {
            out.writeShort(0xc000 | HEADER); // the name of the question
            out.writeShort(A);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(4);
            boolean isPublic = query.get(HEADER) == 6 && query.get(HEADER + 1) == 'p';
            out.write(isPublic ? new byte[] {10, 1, 2, 3} : new byte[] {127, 0, 0, 1});
        }
        return bytes.toByteArray();
    }
}
