package com.example.exits;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.AgentScope;
import dev.sallyport.GuardedTool;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.management.ObjectName;

/**
 * Makes the same allowed calls again and again. Prints what is alive after some of them and after ten times as many: the
 * number of objects of the gate's and the agent's classes, and the bytes of all.
 */
public final class Repeated {

    private static final int BACKLOG = 512;
    private static final int MOST_LOOKS = 100;
    private static final long BETWEEN_LOOKS_MILLIS = 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final URI uri;
    private final InetSocketAddress address;

    private Repeated(int port) throws IOException {
        uri = URI.create("http://localhost:" + port + "/");
        address = new InetSocketAddress(InetAddress.getByName("localhost"), port);
    }

    /** Runs with the number of calls that are some. */
    public static void main(String[] args) throws Exception {
        int some = Integer.parseInt(args[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        Repeated calls = new Repeated(server.getAddress().getPort());
        // what is loaded and remembered once, and tables that are of one size
        calls.make(8 * some);
        settled();
        calls.make(some);
        System.out.println(settled());
        calls.make(9 * some);
        System.out.println(settled());
        System.exit(0);
    }

    @SuppressWarnings("try")
    private void make(int calls) throws Exception {
        for (int i = 0; i < calls; i++) {
            try (AgentScope scope = AgentScope.enter("worker")) {
                InetAddress.getByName("localhost");
                connect();
                request();
                client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
                readOrder("o-17");
                pool.submit(() -> readOrder("o-18")).get();
            }
        }
    }

    private void connect() throws IOException {
        try (Socket socket = new Socket()) {
            // closed by reset, so that no port is left waiting
            socket.setSoLinger(true, 0);
            socket.connect(address);
        }
    }

    private void request() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        try (InputStream body = connection.getInputStream()) {
            body.readAllBytes();
        }
    }

    @GuardedTool
    static String readOrder(String id) {
        return id;
    }

    /** Returns what is alive when that no longer changes: the journal's writer is behind the calls for some milliseconds. */
    private static String settled() throws Exception {
        String before = "";
        for (int look = 0; look < MOST_LOOKS; look++) {
            String now = alive();
            if (objects(now).equals(objects(before))) {
                return now;
            }
            before = now;
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return before;
    }

    private static String objects(String alive) {
        return alive.substring(0, Math.max(0, alive.indexOf(' ')));
    }

    private static String alive() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        long objects = 0;
        for (String line : histogram.split("\n")) {
            String[] columns = line.trim().split("\\s+");
            if (columns[0].equals("Total")) {
                return objects + " " + columns[2];
            }
            if (columns.length > 3 && columns[3].replace("[L", "").startsWith("dev.sallyport.")) {
                objects += Long.parseLong(columns[1]);
            }
        }
        throw new IOException("no total in " + histogram);
    }
}
