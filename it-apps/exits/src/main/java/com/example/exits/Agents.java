package com.example.exits;

import dev.sallyport.AgentScope;
import dev.sallyport.RunsAs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Connects as agents. Each step connects to a loopback address of its own, {@code 127.0.STEP.1}, so that the journal can
 * be read step by step. The argument is a port; what is not refused finds nobody there, or somebody, as the caller likes.
 */
public final class Agents {

    private final int port;

    private Agents(int port) {
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        Agents agents = new Agents(Integer.parseInt(args[0]));
        agents.scopes();
        agents.annotated();
        agents.entry();
        agents.nested();
        agents.pools();
    }

    private void scopes() {
        connect(1);
        as("refund", () -> connect(2));
        connect(3);
        as("stranger", () -> connect(4));
    }

    private void annotated() {
        runsAsRefund();
        connect(11);
        new Clerk().approve();
        connect(13);
        try {
            runsAsRefundAndFails();
        } catch (IllegalStateException e) {
            connect(14);
        }
    }

    @RunsAs("refund")
    private void runsAsRefund() {
        connect(10);
    }

    @RunsAs("refund")
    private void runsAsRefundAndFails() {
        throw new IllegalStateException();
    }

    /** A class whose public methods run as an agent. */
    @RunsAs("fraud-check")
    private final class Clerk {

        public void approve() {
            connect(12);
        }
    }

    private void entry() {
        handle();
        connect(21);
    }

    /** Named by the policy's {@code entry}. */
    private void handle() {
        connect(20);
    }

    private void nested() {
        as("orchestrator", () -> {
            as("refund", () -> connect(30));
            connect(31);
        });
        // refund may not delegate
        as("refund", () -> as("orchestrator", () -> connect(32)));
        connect(33);
    }

    private void pools() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        int step = 40;
        for (String agent : new @Nullable String[] {"refund", "fraud-check", null}) {
            int s = step;
            as(agent, () -> await(one.submit(() -> connect(s))));
            as(agent, () -> await(CompletableFuture.runAsync(() -> connect(s + 1))));
            as(agent, () -> await(ForkJoinPool.commonPool().submit(() -> connect(s + 2))));
            as(agent, () -> await(CompletableFuture.completedFuture("").thenAcceptAsync(x -> connect(s + 3), one)));
            as(agent, () -> {
                Thread thread = new Thread(() -> connect(s + 4));
                thread.start();
                join(thread);
            });
            as(agent, () -> virtually(() -> connect(s + 5)));
            step += 10;
        }
        one.shutdown();
    }

    private static void virtually(Runnable task) {
        if (Runtime.version().feature() < 21) {
            return;
        }
        try {
            join((Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(java.util.concurrent.Future<?> task) {
        try {
            task.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("try")
    private static void as(@Nullable String agent, Runnable task) {
        if (agent == null) {
            task.run();
            return;
        }
        try (AgentScope scope = AgentScope.enter(agent)) {
            task.run();
        } catch (RuntimeException e) {
            System.out.println(agent + " not entered: " + e.getClass().getSimpleName());
        }
    }

    private void connect(int step) {
        try {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, (byte) step, 1});
            new Socket(address, port).close();
            System.out.println("step " + step + " connected");
        } catch (IOException e) {
            System.out.println("step " + step + " " + e.getClass().getSimpleName());
        }
    }
}
