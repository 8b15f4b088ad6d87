package com.example.exits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.AgentScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends datagrams from one socket, which it does not connect. Lines {@code AGENT COUNT PORT}, separated by tabs, are read from
 * the standard input; each is answered by {@code OUT sent}, or {@code OUT refused}. With the count {@code on} they are sent in the
 * background until one is refused, which the agent {@code wait} waits for.
 */
public final class Datagrams {

    private Datagrams() {}

    public static void main(String[] args) throws Exception {
        CompletableFuture<String> background = new CompletableFuture<>();
        try (DatagramSocket socket = new DatagramSocket()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split("\t", -1);
                if (words[0].equals("wait")) {
                    System.out.println("OUT " + background.get());
                } else if (words[1].equals("on")) {
                    Thread sender = new Thread(() ->
                            background.complete(send(socket, words[0], Integer.MAX_VALUE, Integer.parseInt(words[2]))));
                    sender.setDaemon(true);
                    sender.start();
                    System.out.println("OUT sending");
                } else {
                    System.out.println(
                            "OUT " + send(socket, words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2])));
                }
                System.out.flush();
            }
        }
        System.exit(0);
    }

    @SuppressWarnings("try")
    private static String send(DatagramSocket socket, String agent, int count, int port) {
        try (AgentScope scope = AgentScope.enter(agent)) {
            for (int i = 0; i < count; i++) {
                socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getLoopbackAddress(), port));
                if (count == Integer.MAX_VALUE) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            return "sent";
        } catch (IOException e) {
            return e.getClass().getName().startsWith("dev.sallyport.") ? "refused" : "failed " + e;
        }
    }
}
