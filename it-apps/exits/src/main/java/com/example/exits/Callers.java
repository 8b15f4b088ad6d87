package com.example.exits;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.FutureTask;

/**
 * Asks for connections for some seconds, each time in several ways, and for each way to an address of its own, where nobody
 * listens. The same way is the same line each time, however long the program has been running.
 */
public final class Callers {

    private static final int DEPTH = 200;

    private Callers() {}

    /** Runs with a port at which nobody listens, and with the seconds. */
    public static void main(String[] args) throws Throwable {
        int port = Integer.parseInt(args[0]);
        long end = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
        Method method = Callers.class.getDeclaredMethod("connect", int.class, int.class);
        MethodHandle handle = MethodHandles.lookup()
                .findStatic(Callers.class, "connect", MethodType.methodType(void.class, int.class, int.class));
        Runnable proxied = (Runnable) Proxy.newProxyInstance(
                Callers.class.getClassLoader(), new Class<?>[] {Runnable.class}, (proxy, called, none) -> {
                    connect(5, port);
                    return null;
                });
        Runnable hidden = hidden(port);
        while (System.nanoTime() < end) {
            connect(2, port);
            method.invoke(null, 3, port);
            handle.invoke(4, port);
            proxied.run();
            hidden.run();
            deep(DEPTH, port);
            new FutureTask<>(() -> connect(8, port), null).run();
            onThread(() -> connect(9, port));
            Thread.sleep(10);
        }
    }

    private static void deep(int frames, int port) {
        if (frames > 0) {
            deep(frames - 1, port);
        } else {
            connect(7, port);
        }
    }

    /** On a virtual one where there are such. */
    private static void onThread(Runnable code) throws Exception {
        Thread thread;
        try {
            thread = (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, code);
        } catch (NoSuchMethodException e) {
            thread = new Thread(code);
            thread.start();
        }
        thread.join();
    }

    private static Runnable hidden(int port) throws Exception {
        try (InputStream in = Callers.class.getResourceAsStream("Callers$Hidden.class")) {
            Class<?> type = MethodHandles.lookup()
                    .defineHiddenClass(in.readAllBytes(), true)
                    .lookupClass();
            return (Runnable) type.getDeclaredConstructor(int.class).newInstance(port);
        }
    }

    static void connect(int address, int port) {
        try {
            new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) address}), port).close();
        } catch (IOException refused) {
            return;
        }
    }

    static final class Hidden implements Runnable {

        private final int port;

        Hidden(int port) {
            this.port = port;
        }

        @Override
        public void run() {
            try {
                new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 6}), port).close();
            } catch (IOException refused) {
                return;
            }
        }
    }
}
