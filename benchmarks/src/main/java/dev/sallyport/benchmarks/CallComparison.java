package dev.sallyport.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Time of one allowed and journalled call in a warm JVM, with the agent and without: a TCP connect and close, and a
 * request on a kept-alive connection by each of the JDK's HTTP clients. JVMs with and without take turns; a JVM's figure
 * is the median of its last blocks, when its compiler has done its work; ratios are taken pair by pair.
 */
public final class CallComparison {

    private static final int BLOCKS = 80;

    private CallComparison() {}

    /** Runs with the number of pairs, then the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int pairs = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i++) {
            Jdk jdk = Jdk.at(Path.of(args[i]));
            Path work = Files.createDirectories(Built.TARGET.resolve("connect-" + jdk.feature()));
            try (ServerSocket tcp = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
                    ServerSocket http = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
                FarEnd.acceptAndClose(tcp);
                FarEnd.answer(http);
                compare(new Pairs(jdk, work, pairs, BLOCKS), tcp.getLocalPort(), http.getLocalPort());
            }
        }
    }

    private static void compare(Pairs pairs, int tcpPort, int httpPort) throws IOException, InterruptedException {
        String url = "http://localhost:" + httpPort + "/";
        Table table = pairs.table("one call");
        for (int depth : new int[] {2, 130}) {
            pairs.compare(
                    table,
                    "TCP connect and close, " + depth + " frames deep",
                    Built.PROBE.toString(),
                    "com.shop.probe.ConnectLoop",
                    List.of(
                            "localhost",
                            Integer.toString(tcpPort),
                            Integer.toString(BLOCKS),
                            "2000",
                            Integer.toString(depth)));
        }
        for (String client : List.of("HttpClient", "HttpURLConnection")) {
            pairs.compare(
                    table,
                    "request, " + client,
                    Built.PROBE.toString(),
                    "com.shop.probe.RequestLoop",
                    List.of(client, url, Integer.toString(BLOCKS), "1500"));
        }
        table.print();
    }
}
