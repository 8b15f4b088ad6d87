package com.example.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ServiceLoader;

/**
 * Makes GET requests with one client, one after the other, for as many milliseconds as each line of the standard input says, and
 * answers it by {@code BLOCK}, how many there were, the nanoseconds that they took, and those that the processors worked for the
 * process meanwhile. Started with {@code --list} it prints the names of its clients.
 */
public final class RequestLoop {

    private RequestLoop() {}

    /** Runs with a client's name and a URL. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("--list")) {
            for (ClientKind kind : ServiceLoader.load(ClientKind.class)) {
                System.out.println("CLIENT " + kind.name());
            }
            return;
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Client client = client(args[0]);
        URI url = URI.create(args[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long enough = Long.parseLong(line) * 1_000_000;
            long worked = system.getProcessCpuTime();
            long start = System.nanoTime();
            long took;
            int count = 0;
            do {
                if (client.send("GET", url) != 200) {
                    throw new IOException("not answered with 200");
                }
                count++;
                took = System.nanoTime() - start;
            } while (took < enough);
            System.out.println("BLOCK " + count + ' ' + took + ' ' + (system.getProcessCpuTime() - worked));
            System.out.flush();
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
