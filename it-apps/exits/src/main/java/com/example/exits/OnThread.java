package com.example.exits;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The thread that tries an exit. */
enum OnThread {
    CALLER {
        @Override
        void run(Exit exit, String target) throws Throwable {
            exit.leave(target);
        }
    },
    POOL {
        @Override
        void run(Exit exit, String target) throws Throwable {
            await(Executors.newSingleThreadExecutor(), () -> {
                leave(exit, target);
                return true;
            });
        }
    },
    /** The task is a method handle behind a proxy of the JDK's own making. */
    METHOD_HANDLE {
        @Override
        void run(Exit exit, String target) throws Throwable {
            MethodHandle leave = MethodHandles.lookup()
                    .findVirtual(Exit.class, "leave", MethodType.methodType(void.class, String.class));
            MethodHandle bound = MethodHandles.insertArguments(leave, 0, exit, target);
            Callable<?> task = MethodHandleProxies.asInterfaceInstance(
                    Callable.class, bound.asType(MethodType.methodType(Object.class)));
            await(Executors.newSingleThreadExecutor(), task);
        }
    },
    /** Needs Java 21, and so is reached by reflection. */
    VIRTUAL {
        @Override
        void run(Exit exit, String target) throws Throwable {
            ExecutorService threads = (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
            await(threads, () -> {
                leave(exit, target);
                return true;
            });
        }
    };

    abstract void run(Exit exit, String target) throws Throwable;

    private static void leave(Exit exit, String target) throws Exception {
        try {
            exit.leave(target);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static void await(ExecutorService threads, Callable<?> task) throws Throwable {
        try {
            threads.submit(task).get(30, SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            threads.shutdown();
        }
    }
}
