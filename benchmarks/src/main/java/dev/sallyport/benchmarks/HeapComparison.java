package dev.sallyport.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The heap that the agent holds once the program has started: live bytes after a full collection, with and without. */
public final class HeapComparison {

    private HeapComparison() {}

    /** Runs with the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Table table = new Table("live heap after start", "without, KiB", "with, KiB", "the agent's, KiB");
        for (String home : args) {
            Jdk jdk = Jdk.at(Path.of(home));
            Path work = Files.createDirectories(Built.TARGET.resolve("heap-" + jdk.feature()));
            long without = liveBytes(jdk, List.of(), work);
            long with = liveBytes(jdk, List.of(Built.sallyport(work, "")), work);
            table.row(
                    "JDK " + jdk.version(),
                    Long.toString(without / 1024),
                    Long.toString(with / 1024),
                    Long.toString((with - without) / 1024));
        }
        table.print();
    }

    private static long liveBytes(Jdk jdk, List<String> jvmOptions, Path work)
            throws IOException, InterruptedException {
        try (ServerSocket farEnd = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
            FarEnd.acceptAndClose(farEnd);
            List<String> command = ChildJvm.command(
                    jdk,
                    jvmOptions,
                    "com.shop.probe.OpenSocket",
                    List.of("localhost", Integer.toString(farEnd.getLocalPort()), "stay"));
            Process process = new ProcessBuilder(command)
                    .redirectError(work.resolve("stderr").toFile())
                    .start();
            try (BufferedReader out = process.inputReader()) {
                if (!"ready".equals(out.readLine())) {
                    throw new IOException("did not start: " + Files.readString(work.resolve("stderr")));
                }
                return histogramTotal(jdk, process.pid(), work);
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private static long histogramTotal(Jdk jdk, long pid, Path work) throws IOException, InterruptedException {
        ChildJvm jcmd = new ChildJvm(work.resolve("histogram"));
        jcmd.run(List.of(jdk.command("jcmd"), Long.toString(pid), "GC.class_histogram"));
        for (String line : jcmd.output().split("\n")) {
            if (line.startsWith("Total")) {
                return Long.parseLong(line.strip().split("\\s+")[2]);
            }
        }
        throw new IOException("no total in the histogram: " + jcmd.output());
    }
}
