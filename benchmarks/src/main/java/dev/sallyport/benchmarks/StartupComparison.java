package dev.sallyport.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Wall time of a program that resolves one name and opens one socket: with no agent, with an agent that does nothing,
 * with this one, and with others of its kind. Each round runs each variant once, so that what disturbs the machine
 * disturbs them alike; ratios are taken round by round.
 */
public final class StartupComparison {

    private static final int PEER_EVERY = 4;

    private final Jdk jdk;
    private final Path work;
    private final String port;
    private final ChildJvm child;

    private StartupComparison(Jdk jdk, Path work, int port) {
        this.jdk = jdk;
        this.work = work;
        this.port = Integer.toString(port);
        this.child = new ChildJvm(work.resolve("output"));
    }

    /** One way to start the program; {@code every} says in which rounds: 1 in each, 4 in every fourth. */
    private record Variant(String name, List<String> jvmOptions, int every, Samples millis) {

        Variant(String name, int every, String... jvmOptions) {
            this(name, List.of(jvmOptions), every, new Samples());
        }
    }

    /** Runs with the number of rounds, then the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i++) {
            Jdk jdk = Jdk.at(Path.of(args[i]));
            Path work = Files.createDirectories(Built.TARGET.resolve("startup-" + jdk.feature()));
            try (ServerSocket farEnd = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
                FarEnd.acceptAndClose(farEnd);
                StartupComparison comparison = new StartupComparison(jdk, work, farEnd.getLocalPort());
                comparison.plain(rounds);
                comparison.withArchive(rounds);
            }
        }
    }

    private void plain(int rounds) throws IOException, InterruptedException {
        List<Variant> variants = new ArrayList<>();
        variants.add(new Variant("no agent", 1));
        Variant empty = new Variant("empty agent", 1, "-javaagent:" + Built.EMPTY_AGENT);
        variants.add(empty);
        variants.add(new Variant("Sallyport, enforcing", 1, Built.sallyport(work, "")));
        variants.add(new Variant("Sallyport, monitoring", 1, Built.sallyport(work, ",mode=monitor")));
        if (jdk.feature() >= 21) {
            variants.add(new Variant("OpenSearch's agent", PEER_EVERY, "-javaagent:" + peer("opensearch-agent-")));
        }
        variants.add(new Variant(
                "OpenTelemetry's agent",
                PEER_EVERY,
                "-javaagent:" + peer("opentelemetry-javaagent-"),
                "-Dotel.traces.exporter=none",
                "-Dotel.metrics.exporter=none",
                "-Dotel.logs.exporter=none"));
        measure(variants, rounds);
        print("JDK " + jdk.version(), variants, empty);
    }

    /** The same with a class data archive that the user made of the program, without any agent. */
    private void withArchive(int rounds) throws IOException, InterruptedException {
        Path archive = work.resolve("probe.jsa");
        Files.deleteIfExists(archive);
        child.run(command(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")));
        String use = "-XX:SharedArchiveFile=" + archive;
        List<Variant> variants = new ArrayList<>();
        variants.add(new Variant("no agent", 1, use));
        Variant empty = new Variant("empty agent", 1, use, "-javaagent:" + Built.EMPTY_AGENT);
        variants.add(empty);
        variants.add(new Variant("Sallyport, enforcing", 1, use, Built.sallyport(work, "")));
        measure(variants, rounds);
        print("JDK " + jdk.version() + ", the program's classes in an AppCDS archive", variants, empty);
    }

    private void measure(List<Variant> variants, int rounds) throws IOException, InterruptedException {
        for (Variant variant : variants) {
            child.run(command(variant.jvmOptions));
        }
        for (int round = 0; round < rounds; round++) {
            for (Variant variant : variants) {
                if (round % variant.every == 0) {
                    variant.millis.add(child.run(command(variant.jvmOptions)) / 1e6);
                }
            }
        }
    }

    private List<String> command(List<String> jvmOptions) {
        return ChildJvm.command(jdk, jvmOptions, "com.shop.probe.OpenSocket", List.of("localhost", port));
    }

    private static void print(String title, List<Variant> variants, Variant empty) {
        System.out.println(title + "\n");
        Table table = new Table("start-up", "runs", "median ms", "to the empty agent");
        for (Variant variant : variants) {
            double ratio = variant.every == 1
                    ? variant.millis.medianRatio(empty.millis)
                    : variant.millis.median() / empty.millis.median();
            table.row(
                    variant.name,
                    Integer.toString(variant.millis.size()),
                    Samples.format(variant.millis.median(), 1),
                    Samples.format(ratio, 2));
        }
        table.print();
    }

    private static Path peer(String prefix) throws IOException {
        try (var files = Files.newDirectoryStream(Built.PEERS, prefix + "[0-9]*.jar")) {
            return files.iterator().next();
        }
    }
}
