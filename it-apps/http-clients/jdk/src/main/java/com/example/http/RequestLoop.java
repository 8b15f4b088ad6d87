package com.example.http;

import java.io.IOException;
import java.net.URI;
import java.util.ServiceLoader;

/**
 * Makes GET requests with one client, again and again; prints the nanoseconds of one request for each block of many. Started
 * with {@code --list} it prints the names of its clients.
 */
public final class RequestLoop {

    private RequestLoop() {}

    /** Runs with a client's name, a URL, the number of blocks, and a block's size. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("--list")) {
            for (ClientKind kind : ServiceLoader.load(ClientKind.class)) {
                System.out.println(kind.name());
            }
            return;
        }
        Client client = client(args[0]);
        URI url = URI.create(args[1]);
        int blocks = Integer.parseInt(args[2]);
        int size = Integer.parseInt(args[3]);
        for (int block = 0; block < blocks; block++) {
            long start = System.nanoTime();
            for (int i = 0; i < size; i++) {
                if (client.send("GET", url) != 200) {
                    throw new IOException("not answered with 200");
                }
            }
            System.out.println((System.nanoTime() - start) / size);
        }
        Runtime.getRuntime().halt(0);
    }

    private static Client client(String name) throws Exception {
        for (ClientKind kind : ServiceLoader.load(ClientKind.class)) {
            if (kind.name().equals(name)) {
                return kind.client(Wiring.PLAIN);
            }
        }
        throw new IllegalArgumentException("no client is called " + name);
    }
}
