package com.example.exits;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Has the JDK connect on a pool thread by nothing but the JDK's own code: the task is a handle on {@code Socket.connect},
 * so that no frame of the stack tells whose call it is. The argument is {@code address:port}.
 */
public final class NoFrame {

    private NoFrame() {}

    public static void main(String[] args) throws Throwable {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.submit(() -> {}).get(); // the thread is there before
        try (Socket socket = new Socket()) {
            MethodHandle connect = MethodHandles.publicLookup()
                    .findVirtual(Socket.class, "connect", MethodType.methodType(void.class, SocketAddress.class));
            MethodHandle bound = MethodHandles.insertArguments(connect, 0, socket, Targets.address(args[0]));
            Callable<?> task = MethodHandleProxies.asInterfaceInstance(
                    Callable.class, bound.asType(MethodType.methodType(Object.class)));
            pool.submit(task).get();
            System.out.println("connected");
        } catch (ExecutionException e) {
            System.out.println(
                    e.getCause() == null ? e : e.getCause().getClass().getName());
        } finally {
            pool.shutdown();
        }
    }
}
