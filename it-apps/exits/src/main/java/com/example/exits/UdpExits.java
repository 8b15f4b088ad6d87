package com.example.exits;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.naming.Context;
import javax.naming.directory.InitialDirContext;

/** The ways out that end in a datagram. The target is {@code address:port}. */
final class UdpExits {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static final List<Closeable> MEMBERS = new CopyOnWriteArrayList<>();

    private UdpExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("DatagramSocket.send", UdpExits::datagramSocket);
        exits.put("DatagramSocket, connected", UdpExits::connectedDatagramSocket);
        exits.put("MulticastSocket.send", UdpExits::multicastSocket);
        exits.put("DatagramChannel.send", UdpExits::datagramChannelSend);
        exits.put("DatagramChannel, connected", UdpExits::connectedDatagramChannel);
        exits.put("DatagramChannel.socket", UdpExits::socketOfChannel);
        exits.put("JNDI DNS", UdpExits::jndiDns);
        exits.put("DatagramSocketImpl of one's own", UdpExits::ownImplementation);
        exits.put("DatagramChannel.join", UdpExits::joinOfChannel);
        exits.put("MulticastSocket.joinGroup", UdpExits::joinOfSocket);
    }

    private static void datagramSocket(String target) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(HELLO, HELLO.length, Targets.address(target)));
        }
    }

    private static void connectedDatagramSocket(String target) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(Targets.address(target));
            socket.send(new DatagramPacket(HELLO, HELLO.length));
        }
    }

    private static void multicastSocket(String target) throws IOException {
        try (MulticastSocket socket = new MulticastSocket()) {
            socket.send(new DatagramPacket(HELLO, HELLO.length, Targets.address(target)));
        }
    }

    private static void datagramChannelSend(String target) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.send(ByteBuffer.wrap(HELLO), Targets.address(target));
        }
    }

    private static void connectedDatagramChannel(String target) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(Targets.address(target));
            channel.write(ByteBuffer.wrap(HELLO));
        }
    }

    private static void socketOfChannel(String target) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.socket().send(new DatagramPacket(HELLO, HELLO.length, Targets.address(target)));
        }
    }

    /** An implementation that has a socket of its own, as one with native code would. */
    private static void ownImplementation(String target) throws IOException {
        try (DatagramSocket outer = new DelegatingSocket(new DatagramSocket())) {
            outer.send(new DatagramPacket(HELLO, HELLO.length, Targets.address(target)));
        }
    }

    /** Stays in the group, so that it is seen in there. */
    private static void joinOfChannel(String target) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        MEMBERS.add(channel);
        channel.join(Targets.address(target).getAddress(), loopback());
    }

    private static void joinOfSocket(String target) throws IOException {
        MulticastSocket socket = new MulticastSocket();
        MEMBERS.add(socket);
        socket.joinGroup(Targets.address(target), loopback());
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
    }

    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the danger is the point; JNDI asks for a Hashtable
    private static void jndiDns(String target) throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, "dns://" + target);
        environment.put("com.sun.jndi.dns.timeout.initial", "200");
        environment.put("com.sun.jndi.dns.timeout.retries", "1");
        new InitialDirContext(environment).getAttributes("far-end.example", new String[] {"A"});
    }
}
