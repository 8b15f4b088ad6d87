package com.example.frameworks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** What the tools of all programs do. The far end's port is in the system property {@code far-end}. */
public final class Orders {

    private Orders() {}

    /** Reads. */
    public static String read(String order) {
        return "order " + order;
    }

    /** Reaches the far end. */
    public static String delete(String order) {
        try {
            return phone(order);
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    /** Reaches the far end, and fails if it cannot. */
    public static String phone(String order) throws IOException {
        int port = Integer.getInteger("far-end");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return (socket.isConnected() ? "told the far end of order " : "did not reach the far end: ") + order;
        }
    }

    /** Says what a model has seen of a tool. */
    public static void seen(String tool, Object what) {
        System.out.println(tool + "=" + what);
    }
}
