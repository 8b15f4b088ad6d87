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
    private static final int WARM_UP = 60;

    private final Jdk jdk;
    private final Path work;
    private final ChildJvm child;

    private CallComparison(Jdk jdk, Path work) {
        this.jdk = jdk;
        this.work = work;
        this.child = new ChildJvm(work.resolve("output"));
    }

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
                new CallComparison(jdk, work).compare(pairs, tcp.getLocalPort(), http.getLocalPort());
            }
        }
    }

    private void compare(int pairs, int tcpPort, int httpPort) throws IOException, InterruptedException {
        String url = "http://localhost:" + httpPort + "/";
        Table table = new Table("JDK " + jdk.version() + ", one call", "without, us", "with, us", "ratio");
        compare(
                table,
                "TCP connect and close",
                pairs,
                "com.shop.probe.ConnectLoop",
                List.of("localhost", Integer.toString(tcpPort), Integer.toString(BLOCKS), "2000"));
        for (String client : List.of("HttpClient", "HttpURLConnection")) {
            compare(
                    table,
                    "request, " + client,
                    pairs,
                    "com.shop.probe.RequestLoop",
                    List.of(client, url, Integer.toString(BLOCKS), "1500"));
        }
        table.print();
    }

    private void compare(Table table, String what, int pairs, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        Samples without = new Samples();
        Samples with = new Samples();
        for (int pair = 0; pair < pairs; pair++) {
            without.add(micros(ChildJvm.command(jdk, List.of(), mainClass, arguments)));
            with.add(micros(
                    ChildJvm.command(jdk, List.of(Built.sallyport(work, ",mode=enforce")), mainClass, arguments)));
        }
        table.row(
                what,
                Samples.format(without.median(), 1),
                Samples.format(with.median(), 1),
                Samples.format(with.medianRatio(without), 3));
    }

    private double micros(List<String> command) throws IOException, InterruptedException {
        child.run(command);
        String[] blocks = child.output().strip().split("\n");
        if (blocks.length != BLOCKS) {
            throw new IOException("not " + BLOCKS + " figures: " + child.output());
        }
        Samples settled = new Samples();
        for (int i = WARM_UP; i < BLOCKS; i++) {
            settled.add(Long.parseLong(blocks[i]) / 1e3);
        }
        return settled.median();
    }
}
