package com.example.exits;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketPermission;
import java.net.URI;
import java.net.URL;
import java.util.Map;

/** The ways to ask the name service, where the target is a host name, and to ask a host whether it is there. */
final class NameExits {

    private NameExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("InetAddress.getByName", NameExits::getByName);
        exits.put("InetAddress.getAllByName", NameExits::getAllByName);
        exits.put("InetAddress.getLocalHost", NameExits::getLocalHost);
        exits.put("InetSocketAddress", NameExits::inetSocketAddress);
        exits.put("URL.hashCode", NameExits::urlHashCode);
        exits.put("URL.equals", NameExits::urlEquals);
        exits.put("SocketPermission.implies", NameExits::socketPermission);
        exits.put(
                "InetAddress.getHostName",
                target -> Sink.take(loopback().getHostName().length()));
        exits.put(
                "InetAddress.getCanonicalHostName",
                target -> Sink.take(loopback().getCanonicalHostName().length()));
        exits.put("InetAddress.isReachable", NameExits::isReachable);
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static void isReachable(String target) throws IOException {
        if (!Targets.address(target).getAddress().isReachable(2_000)) {
            throw new IOException("no answer");
        }
    }

    private static void getByName(String target) throws IOException {
        Sink.take(InetAddress.getByName(target).hashCode());
    }

    private static void getAllByName(String target) throws IOException {
        Sink.take(InetAddress.getAllByName(target).length);
    }

    private static void getLocalHost(String target) throws IOException {
        Sink.take(InetAddress.getLocalHost().hashCode());
    }

    private static void inetSocketAddress(String target) throws IOException {
        if (new InetSocketAddress(target, 80).isUnresolved()) {
            throw new IOException("unresolved");
        }
    }

    @SuppressWarnings("URLEqualsHashCode") // that it asks the name service is the point
    private static void urlHashCode(String target) throws IOException {
        URL url = URI.create("http://" + target + "/").toURL();
        Sink.take(url.hashCode());
    }

    @SuppressWarnings("URLEqualsHashCode")
    private static void urlEquals(String target) throws IOException {
        URL url = URI.create("http://" + target + "/").toURL();
        Sink.take(url.equals(URI.create("http://127.0.0.1/").toURL()) ? 1 : 0);
    }

    @SuppressWarnings("removal") // still there, and still asks the name service
    private static void socketPermission(String target) {
        SocketPermission one = new SocketPermission(target, "connect");
        SocketPermission other = new SocketPermission("127.0.0.1", "connect");
        Sink.take(one.implies(other) ? 1 : 0);
    }
}
