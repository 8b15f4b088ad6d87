package dev.sallyport.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Time of one allowed and journalled request on a kept-alive connection, by each HTTP client that is guarded. Of each client two
 * JVMs, one with the agent and one without, are warmed up and then take turns of a fraction of a second, so that what else the
 * machine does meets both alike.
 */
public final class ClientComparison {

    private static final Path PROGRAMS = Path.of("it-apps/http-clients");
    private static final String PROGRAM = "com.example.http.RequestLoop";

    /** What speaks HTTP/2 alone, which the far end does not, and what is made for tests of other things. */
    private static final Set<String> LEFT_OUT =
            Set.of("grpc", "grpc-okhttp", "raw-netty-h2", "own-server", "okhttp-misused", "aws-crt");

    private static final int WARM_UP_MILLIS = 2500;
    private static final int TURN_MILLIS = 150;
    /** Of both JVMs together, with their starts. */
    private static final double WARM_UP_SECONDS = 2 * WARM_UP_MILLIS / 1e3 + 2;

    private static final double LONGEST_SECONDS = 20;
    private static final int LEAST_TURNS = 10;

    private final Jdk jdk;
    private final Path work;
    private final String url;

    /** A client in a module of the program. */
    private record Subject(String name, String module, String classPath) {

        String label() {
            return module.equals("jdk") || name.equals(module) ? name : name + " in " + module;
        }
    }

    private ClientComparison(Jdk jdk, Path work, int port) {
        this.jdk = jdk;
        this.work = work;
        this.url = "http://localhost:" + port + "/";
    }

    /** Runs with the minutes that it may take, the clients (separated by commas; none for all), and the homes of the JDKs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        double seconds = Double.parseDouble(args[0]) * 60;
        Set<String> wanted = args[1].isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(args[1].split(",")));
        int jdks = args.length - 2;
        for (int i = 2; i < args.length; i++) {
            Jdk jdk = Jdk.at(Path.of(args[i]));
            Path work = Files.createDirectories(Built.TARGET.resolve("clients-" + jdk.feature()));
            try (ServerSocket http = new ServerSocket(0, 512, InetAddress.getLoopbackAddress())) {
                FarEnd.answer(http);
                new ClientComparison(jdk, work, http.getLocalPort()).compare(wanted, seconds / jdks);
            }
        }
    }

    private void compare(Set<String> wanted, double seconds) throws IOException, InterruptedException {
        List<Subject> subjects = subjects(wanted);
        Table table = new Table(
                "JDK " + jdk.version() + ", one request",
                "turns",
                "without, us",
                "with, us",
                "ratio",
                "CPU without, us",
                "CPU with, us",
                "CPU ratio");
        for (Subject subject : subjects) {
            compare(table, subject, seconds / subjects.size());
        }
        table.print();
    }

    private void compare(Table table, Subject subject, double seconds) throws IOException {
        // Two JVMs compile the same program differently, so time that is left goes to further starts.
        int starts = (int) Math.max(1, Math.round(seconds / LONGEST_SECONDS));
        int turns = (int) Math.max(LEAST_TURNS, (seconds / starts - WARM_UP_SECONDS) * 1e3 / (2 * TURN_MILLIS));
        Samples wallWithout = new Samples();
        Samples wallWith = new Samples();
        Samples cpuWithout = new Samples();
        Samples cpuWith = new Samples();
        for (int start = 0; start < starts; start++) {
            try (RequestingJvm without = start(subject, List.of());
                    RequestingJvm with = start(subject, List.of(Built.sallyport(work, ",mode=enforce")))) {
                without.turn(WARM_UP_MILLIS);
                with.turn(WARM_UP_MILLIS);
                for (int i = 0; i < turns; i++) {
                    RequestingJvm.Turn yardstick = without.turn(TURN_MILLIS);
                    RequestingJvm.Turn turn = with.turn(TURN_MILLIS);
                    wallWithout.add(yardstick.wall() / 1e3);
                    cpuWithout.add(yardstick.cpu() / 1e3);
                    wallWith.add(turn.wall() / 1e3);
                    cpuWith.add(turn.cpu() / 1e3);
                }
            }
        }
        table.row(
                subject.label(),
                starts + " x " + turns,
                Samples.format(wallWithout.median(), 1),
                Samples.format(wallWith.median(), 1),
                Samples.format(wallWith.medianRatio(wallWithout), 3),
                Samples.format(cpuWithout.median(), 1),
                Samples.format(cpuWith.median(), 1),
                Samples.format(cpuWith.medianRatio(cpuWithout), 3));
    }

    private RequestingJvm start(Subject subject, List<String> options) throws IOException {
        List<String> arguments = List.of(subject.name(), url);
        return new RequestingJvm(
                ChildJvm.command(jdk, options, subject.classPath(), PROGRAM, arguments), work.resolve("errors"));
    }

    private List<Subject> subjects(Set<String> wanted) throws IOException, InterruptedException {
        List<Path> modules = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(PROGRAMS, module -> Files.isDirectory(module.resolve("target/classes")))) {
            all.forEach(modules::add);
        }
        // The others have the JDK's clients too, which are to be measured once.
        modules.sort((one, other) -> {
            boolean first = one.endsWith("jdk");
            return first == other.endsWith("jdk") ? one.compareTo(other) : first ? -1 : 1;
        });
        List<Subject> subjects = new ArrayList<>();
        Set<String> ofJdk = new HashSet<>();
        for (Path module : modules) {
            String name = module.getFileName().toString();
            String classPath = classPath(module.resolve("target"));
            for (String client : clients(name, classPath)) {
                boolean again = !name.equals("jdk") && ofJdk.contains(client);
                if (name.equals("jdk")) {
                    ofJdk.add(client);
                }
                if (!again && !LEFT_OUT.contains(client) && (wanted.isEmpty() || wanted.contains(client))) {
                    subjects.add(new Subject(client, name, classPath));
                }
            }
        }
        return subjects;
    }

    /** Returns what a module's program calls its clients; none on a JDK that its libraries are not made for. */
    private List<String> clients(String module, String classPath) throws IOException, InterruptedException {
        ChildJvm child = new ChildJvm(work.resolve("list"));
        try {
            child.run(ChildJvm.command(jdk, List.of(), classPath, PROGRAM, List.of("--list")));
        } catch (IOException e) {
            if (!child.output().contains("UnsupportedClassVersionError")) {
                throw e;
            }
            System.out.println("The clients of " + module + " need a later JDK than " + jdk.version() + ".\n");
            return List.of();
        }
        List<String> clients = new ArrayList<>();
        for (String line : child.output().split("\n")) {
            if (line.startsWith("CLIENT ")) {
                clients.add(line.substring("CLIENT ".length()).strip());
            }
        }
        return clients;
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
