package com.shop.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** Connects again and again, and prints when that begins to be allowed or denied: a word and the JVM's nanosecond clock. */
public final class AttemptLoop {

    private static final long PAUSE_NANOS = 200_000;

    private AttemptLoop() {}

    /** Runs with a port of this machine, until it is ended. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress target =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Integer.parseInt(args[0]));
        String before = "";
        while (true) {
            String now = attempt(target);
            if (!now.equals(before)) {
                System.out.println(now + " " + System.nanoTime());
                before = now;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static String attempt(InetSocketAddress target) {
        try (Socket socket = new Socket()) {
            socket.connect(target);
            return "allowed";
        } catch (IOException e) {
            return "denied";
        }
    }
}
