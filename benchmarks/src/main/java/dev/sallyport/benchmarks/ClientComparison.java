package dev.sallyport.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Time of one allowed and journalled request on a kept-alive connection, by each HTTP client that is guarded. */
public final class ClientComparison {

    private static final Path PROGRAMS = Path.of("it-apps/http-clients");
    private static final String PROGRAM = "com.example.http.RequestLoop";
    private static final int BLOCKS = 40;

    private ClientComparison() {}

    /** Runs with the number of pairs, then the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int pairs = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i++) {
            Jdk jdk = Jdk.at(Path.of(args[i]));
            Path work = Files.createDirectories(Built.TARGET.resolve("clients-" + jdk.feature()));
            try (ServerSocket http = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
                FarEnd.answer(http);
                compare(jdk, work, new Pairs(jdk, work, pairs, BLOCKS), http.getLocalPort());
            }
        }
    }

    private static void compare(Jdk jdk, Path work, Pairs pairs, int port) throws IOException, InterruptedException {
        Table table = pairs.table("one request");
        String url = "http://localhost:" + port + "/";
        ChildJvm child = new ChildJvm(work.resolve("list"));
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(PROGRAMS, Files::isDirectory)) {
            for (Path module : modules) {
                if (!Files.isDirectory(module.resolve("target"))) {
                    continue;
                }
                String classPath = classPath(module.resolve("target"));
                child.run(ChildJvm.command(jdk, List.of(), classPath, PROGRAM, List.of("--list")));
                for (String client : child.output().strip().split("\n")) {
                    // gRPC speaks HTTP/2 alone, which this far end does not
                    if (!client.contains("grpc")) {
                        pairs.compare(
                                table,
                                client,
                                classPath,
                                PROGRAM,
                                List.of(client, url, Integer.toString(BLOCKS), "500"));
                    }
                }
            }
        }
        table.print();
    }

    private static String classPath(Path target) throws IOException {
        List<String> entries = new ArrayList<>();
        add(entries, target);
        if (Files.isDirectory(target.resolve("lib"))) {
            add(entries, target.resolve("lib"));
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void add(List<String> entries, Path directory) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : jars) {
                entries.add(jar.toString());
            }
        }
    }
}
