package com.example.exits;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Cleaner;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URL;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Has the JDK connect on a thread of its own by nothing but the JDK's own code: the task is a handle on {@code
 * Socket.connect}, so that no frame of the stack tells whose call it is. The arguments are {@code address:port} and the
 * kind of thread; a finalizer's frame is the only one that cannot be hidden.
 */
public final class NoFrame {

    private static final CountDownLatch DONE = new CountDownLatch(1);

    private NoFrame() {}

    public static void main(String[] args) throws Throwable {
        InetSocketAddress target = Targets.address(args[0]);
        Socket socket = new Socket();
        Runnable task = connecting(socket, target);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.submit(() -> {}).get(); // the thread is there before
        switch (args.length > 1 ? args[1] : "pool") {
            case "pool" -> pool.execute(task);
            case "thread" -> new Thread(task).start();
            case "fork-join" -> CompletableFuture.runAsync(task);
            case "scheduled" -> Executors.newScheduledThreadPool(0).schedule(task, 1, MILLISECONDS);
            case "delayed" -> CompletableFuture.delayedExecutor(1, MILLISECONDS).execute(task);
            case "virtual" ->
                // Needs Java 21, and so is reached by reflection.
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
            case "cleaner" -> {
                Cleaner.create().register(new Object(), task);
                collect();
            }
            case "finalizer" -> {
                new Finalized(task);
                collect();
            }
            case "reference" -> {
                URL url = new URL("http://127.0.0.1:" + target.getPort() + "/");
                pool.submit(url::openStream);
                pool.submit(DONE::countDown);
            }
            default -> throw new IllegalArgumentException(args[1]);
        }
        if (!DONE.await(60, SECONDS)) {
            throw new IllegalStateException("it did not run");
        }
        pool.shutdown();
        System.out.println(socket.isConnected() ? "connected" : "not connected");
    }

    /** Connects, and tells that it has tried, by handles alone. */
    private static Runnable connecting(Socket socket, SocketAddress target) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        MethodHandle connect =
                lookup.findVirtual(Socket.class, "connect", MethodType.methodType(void.class, SocketAddress.class));
        MethodHandle done = lookup.findVirtual(CountDownLatch.class, "countDown", MethodType.methodType(void.class));
        MethodHandle task = MethodHandles.tryFinally(
                MethodHandles.insertArguments(connect, 0, socket, target),
                MethodHandles.dropArguments(done.bindTo(DONE), 0, Throwable.class));
        return MethodHandleProxies.asInterfaceInstance(Runnable.class, task);
    }

    private static void collect() throws InterruptedException {
        while (!DONE.await(50, MILLISECONDS)) {
            System.gc();
        }
    }

    /** Runs its task when it is collected. */
    private static final class Finalized {

        private final Runnable task;

        Finalized(Runnable task) {
            this.task = task;
        }

        @Override
        @SuppressWarnings({"deprecation", "removal"})
        protected void finalize() {
            task.run();
        }
    }
}
