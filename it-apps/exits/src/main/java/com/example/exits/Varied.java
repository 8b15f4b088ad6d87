package com.example.exits;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A bit of everything that an ordinary program does, with output that is the same at each run: threads, pools, HTTP on a
 * reused connection, names, processes, failures with their stack traces, an uncaught exception at the end. The arguments
 * are the ports of an HTTP server and of nobody.
 */
public final class Varied {

    private Varied() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        int nobody = Integer.parseInt(args[1]);
        threads();
        pools();
        futures();
        http(port);
        sockets(nobody);
        names();
        processes();
        throw new IllegalStateException("the end");
    }

    private static void threads() throws InterruptedException {
        Thread thread = new Thread(() -> say("thread " + Thread.currentThread().getName()), "worker");
        thread.start();
        thread.join();
        Thread failing = new Thread(
                () -> {
                    throw new IllegalArgumentException("in a thread");
                },
                "failing");
        failing.start();
        failing.join();
    }

    private static void pools() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        Future<Integer> sum = pool.submit(() -> IntStream.range(0, 100).sum());
        say("submitted " + sum.get());
        Future<?> failed = pool.submit(() -> {
            throw new IOException("in a pool");
        });
        try {
            failed.get();
        } catch (ExecutionException e) {
            say("failed " + e.getCause() + trace(e.getCause()));
        }
        pool.shutdown();
        say("terminated " + pool.awaitTermination(10, TimeUnit.SECONDS));
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        say("scheduled "
                + timer.schedule(() -> "later", 5, TimeUnit.MILLISECONDS).get());
        timer.shutdownNow();
        say("forked " + new Sum(0, 10_000).invoke());
        say("parallel "
                + IntStream.range(0, 10_000).parallel().mapToLong(i -> i).sum());
    }

    private static void futures() throws Exception {
        say(CompletableFuture.supplyAsync(() -> 20)
                .thenApplyAsync(n -> n + 1)
                .thenCombine(CompletableFuture.supplyAsync(() -> 21), Integer::sum)
                .thenApply(n -> "future " + n)
                .get());
        try {
            CompletableFuture.runAsync(() -> {
                        throw new IllegalStateException("in a future");
                    })
                    .get();
        } catch (ExecutionException e) {
            say("failed " + e.getCause() + trace(e.getCause()));
        }
    }

    private static void http(int port) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/varied?q=1");
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 3; i++) {
            say("client " + client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()));
        }
        say("async "
                + client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                        .get());
        for (int i = 0; i < 3; i++) {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            say("connection " + connection.getResponseCode() + " "
                    + new String(connection.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static void sockets(int nobody) throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), nobody).close();
        } catch (IOException e) {
            say("socket " + e);
            e.printStackTrace();
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            accepted.getOutputStream().write(42);
            say("socket " + client.getInputStream().read());
        }
    }

    private static void names() throws IOException {
        say("name " + Arrays.toString(InetAddress.getAllByName("localhost")).contains("127.0.0.1"));
        say("literal " + InetAddress.getByName("127.0.0.1"));
        try {
            InetAddress.getByName("no-such-host.invalid");
        } catch (IOException e) {
            say("name " + e);
            e.printStackTrace();
        }
    }

    private static void processes() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "echo out; exit 3").start();
        say("process " + new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                + process.waitFor());
        try {
            new ProcessBuilder("/no/such/program").start();
        } catch (IOException e) {
            say("process " + e);
            e.printStackTrace();
        }
        try {
            System.load("/no/such/library.so");
        } catch (UnsatisfiedLinkError e) {
            say("library " + e);
            e.printStackTrace();
        }
    }

    private static String trace(@Nullable Throwable t) {
        StringBuilder trace = new StringBuilder();
        for (StackTraceElement frame : t == null ? new StackTraceElement[0] : t.getStackTrace()) {
            trace.append("\n  ").append(frame);
        }
        return trace.toString().replaceAll("Lambda[^.]*", "Lambda");
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** Sums a range by halves. */
    private static final class Sum extends RecursiveTask<Long> {

        private final int from;
        private final int to;

        Sum(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        protected Long compute() {
            if (to - from < 100) {
                return IntStream.range(from, to).asLongStream().sum();
            }
            Sum left = new Sum(from, (from + to) / 2);
            left.fork();
            return new Sum((from + to) / 2, to).compute() + left.join();
        }
    }
}
