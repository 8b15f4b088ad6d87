package com.example.exits;

import dev.sallyport.AgentScope;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;

/**
 * Connects once and lets whatever is thrown end the program. The arguments: {@code address} and {@code name} take a host
 * and a port, {@code claim} a name, an address that it is put on, and a port, {@code socks} a proxy's port, a host and a
 * port. {@code names} takes a port and hosts, and says of each what came of it. {@code resolve} takes a name and only prints its addresses; {@code get} takes URLs, one after the other, and
 * between them agents, as {@code @worker}, that it acts as from there on.
 */
public final class Connect {

    private Connect() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "address" -> connect(InetAddress.getByAddress(bytes(args[1])), args[2]);
            case "name" -> connect(InetAddress.getByName(args[1]), args[2]);
            case "names" -> {
                for (int i = 2; i < args.length; i++) {
                    try {
                        connect(InetAddress.getByName(args[i]), args[1]);
                        System.out.println("connected");
                    } catch (IOException e) {
                        System.out.println(String.valueOf(e.getMessage())
                                .lines()
                                .skip(1)
                                .findFirst()
                                .orElse("?"));
                    }
                }
                return;
            }
            case "claim" -> connect(InetAddress.getByAddress(args[1], bytes(args[2])), args[3]);
            case "socks" -> {
                InetSocketAddress proxy =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
                try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, proxy))) {
                    socket.connect(InetSocketAddress.createUnresolved(args[2], Integer.parseInt(args[3])));
                }
            }
            case "resolve" -> {
                for (InetAddress address : InetAddress.getAllByName(args[1])) {
                    System.out.println(address.getHostAddress());
                }
                return;
            }
            case "get" -> {
                for (int i = 1; i < args.length; i++) {
                    if (args[i].startsWith("@")) {
                        AgentScope.enter(args[i].substring(1));
                    } else {
                        get(args[i]);
                    }
                }
                return;
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println("connected");
    }

    private static void connect(InetAddress address, String port) throws Exception {
        new Socket(address, Integer.parseInt(port)).close();
    }

    /** Leaves the connection open for the next one. */
    private static void get(String url) {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            System.out.println(in.readAllBytes().length + " bytes");
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }

    private static byte[] bytes(String address) {
        return Targets.address(address + ":0").getAddress().getAddress();
    }
}
