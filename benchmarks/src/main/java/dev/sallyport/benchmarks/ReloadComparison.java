package dev.sallyport.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From the change of a file to the first decision that it changes, in a JVM under a policy of many rules: another policy, as YAML
 * and as a bundle, the mode of a rule, and the kill switch. The clock is the machine's monotonic one, which both JVMs read.
 */
public final class ReloadComparison {

    private static final int CHANGES = 10;
    /** The first ones load classes and are compiled; they are left out of the median and not of the worst. */
    private static final int WARM = 2;

    private static final double NANOS_A_MILLISECOND = 1e6;

    private final Jdk jdk;
    private final Path work;
    private final int rules;
    private final int port;
    private final List<String> yaml = new ArrayList<>();
    private final List<byte[]> bundles = new ArrayList<>();

    private ReloadComparison(Jdk jdk, Path work, int rules, int port) throws IOException, InterruptedException {
        this.jdk = jdk;
        this.work = Files.createDirectories(work);
        this.rules = rules;
        this.port = port;
        for (String action : List.of("allow", "deny")) {
            Path file = Files.writeString(work.resolve(action + ".yaml"), policy(action));
            Path bundle = work.resolve(action + ".sallyport");
            new ChildJvm(work.resolve("bundle.log"))
                    .run(ChildJvm.command(
                            jdk,
                            List.of(),
                            Built.AGENT.toString(),
                            "dev.sallyport.launch.Launcher",
                            List.of("bundle", file.toString(), "-o", bundle.toString())));
            yaml.add(Files.readString(file));
            bundles.add(Files.readAllBytes(bundle));
        }
    }

    /** Runs with the number of rules and the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rules = Integer.parseInt(args[0]);
        Table table = new Table("change to first decision, ms, " + rules + " rules", "median", "worst");
        for (int i = 1; i < args.length; i++) {
            Jdk jdk = Jdk.at(Path.of(args[i]));
            try (ServerSocket farEnd = new ServerSocket(0, 512, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
                FarEnd.acceptAndClose(farEnd);
                ReloadComparison comparison = new ReloadComparison(
                        jdk, Built.TARGET.resolve("reload-" + jdk.feature()), rules, farEnd.getLocalPort());
                comparison.measure(table);
            }
        }
        table.print();
    }

    private void measure(Table table) throws IOException, InterruptedException {
        List<byte[]> texts = List.of(
                yaml.get(0).getBytes(StandardCharsets.UTF_8), yaml.get(1).getBytes(StandardCharsets.UTF_8));
        row(table, "policy, YAML", "policy", texts, "");
        row(table, "policy, bundle", "policy", bundles, "");
        row(table, "mode of a rule", "policy.state", lines("mode door monitor\n", "mode door enforce\n"), "deny");
        row(table, "kill all", "policy.state", lines("release all\n", "kill all\n"), "");
    }

    private static List<byte[]> lines(String allows, String denies) {
        return List.of(allows.getBytes(StandardCharsets.UTF_8), denies.getBytes(StandardCharsets.UTF_8));
    }

    private void row(Table table, String what, String file, List<byte[]> contents, String first)
            throws IOException, InterruptedException {
        replace("policy", bundles.get(first.equals("deny") ? 1 : 0));
        Files.deleteIfExists(work.resolve("policy.state"));
        List<String> command = ChildJvm.command(
                jdk,
                List.of("-javaagent:" + Built.AGENT + "=log=off,policy=" + work.resolve("policy") + ",journal="
                        + work.resolve("journal")),
                "com.shop.probe.AttemptLoop",
                List.of(Integer.toString(port)));
        Process process = new ProcessBuilder(command)
                .redirectError(work.resolve("stderr").toFile())
                .start();
        List<Double> millis = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            if (out.readLine() == null) {
                throw new IOException("did not start: " + Files.readString(work.resolve("stderr")));
            }
            // what is rehearsed a second after the start shall be over
            Thread.sleep(3_000);
            boolean allowed = first.isEmpty();
            for (int i = 0; i < CHANGES + WARM; i++) {
                allowed = !allowed;
                long start = replace(file, contents.get(allowed ? 0 : 1));
                String[] answer = String.valueOf(out.readLine()).split(" ");
                if (!answer[0].equals(allowed ? "allowed" : "denied")) {
                    throw new IOException("answered " + String.join(" ", answer) + " after " + what);
                }
                millis.add((Long.parseLong(answer[1]) - start) / NANOS_A_MILLISECOND);
                Thread.sleep(200);
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        List<Double> warm = new ArrayList<>(millis.subList(WARM, millis.size()));
        Collections.sort(warm);
        table.row("JDK " + jdk.version() + ", " + what, text(warm.get(warm.size() / 2)), text(Collections.max(millis)));
    }

    /** Returns when the file began to be another. */
    private long replace(String name, byte[] content) throws IOException {
        Path whole = Files.write(work.resolve(name + ".new"), content);
        long start = System.nanoTime();
        Files.move(whole, work.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return start;
    }

    private String policy(String action) {
        StringBuilder text = new StringBuilder("apiVersion: sallyport.dev/v1\nkind: Policy\n");
        text.append("metadata: {name: reload, version: \"1\"}\nagents:\n");
        for (int agent = 0; agent < 50; agent++) {
            text.append("  agent-").append(agent).append(": {}\n");
        }
        text.append("egress:\n");
        for (int rule = 0; rule < rules; rule++) {
            text.append("  - {id: r").append(rule).append(", agent: [agent-").append(rule % 50);
            text.append("], to: [\"h")
                    .append(rule)
                    .append(".svc")
                    .append(rule % 97)
                    .append(".example:443\"]");
            text.append(", http: [{method: GET, path: /v1/x").append(rule).append("/*}], action: allow}\n");
        }
        text.append("  - {id: door, to: [\"127.0.0.1:")
                .append(port)
                .append("\"], action: ")
                .append(action);
        return text.append("}\n  - {id: others, to: [\"127.0.0.1\"], action: allow}\n")
                .toString();
    }

    private static String text(double millis) {
        return String.format(java.util.Locale.ROOT, "%.1f", millis);
    }
}
