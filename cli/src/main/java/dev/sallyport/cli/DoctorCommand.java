package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.Days;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.load.BundleKey;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.StateFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a JVM's command line leaves open that the agent cannot close from inside. */
@Command(
        name = "doctor",
        description =
                "Look at how a JVM is started, and say what that leaves open: missing flags, opened packages, a policy"
                        + " that is not valid or that the process itself may change, a journal that cannot be written, a telemetry"
                        + " endpoint that cannot be reached, a clock that is behind.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 nothing is to be mended; 1 something is; 2 wrong usage, or a file that cannot be read.",
            "",
            "For example:",
            "  sallyport doctor -- java -javaagent:sallyport.jar=policy=refunds.yaml -jar shop.jar",
            "  sallyport doctor --pid 4711"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int CONNECT_MILLIS = 2000;
    private static final long LEAST_SPACE = 100L << 20;

    private static final List<String> NATIVE_DOORS = List.of("-agentpath:", "-agentlib:", "-Xrunjdwp", "-Xdebug");

    private final Terminal terminal;
    /** The layers that the JVM is started with. */
    private Overrides overrides = Overrides.NONE;

    private final List<String> toMend = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @Option(names = "--pid", paramLabel = "PID", description = "Look at a JVM that runs, by its process id.")
    private @Nullable Long pid;

    @Option(
            names = "--feature",
            paramLabel = "N",
            description = "The JDK's version, such as 25; found out if it is left out.")
    private @Nullable Integer feature;

    @Option(names = "--json", description = "Print one JSON object instead: mend, notes.")
    private boolean json;

    /** Where the process runs, for files that it names relatively. */
    private Path directory = Path.of("");

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The command line, after --. @FILE and JAVA_TOOL_OPTIONS are read as the JVM reads them.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<String> command;

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<String> words = command == null ? List.of() : command;
        Map<String, String> environment = System.getenv();
        if (pid != null) {
            words = commandOf(pid);
            environment = environmentOf(pid);
            directory = directoryOf(pid);
        } else if (words.isEmpty()) {
            throw new IOException("say which command line, after --, or which --pid");
        }
        examine(JavaCommand.read(words, environment, feature), environment);
        if (json) {
            printJson();
        } else {
            print();
        }
        return toMend.isEmpty() ? 0 : SallyportCommand.NO;
    }

    private static List<String> commandOf(long id) throws IOException {
        ProcessHandle process = ProcessHandle.of(id).orElseThrow(() -> new IOException("there is no process " + id));
        ProcessHandle.Info info = process.info();
        List<String> words = new ArrayList<>();
        words.add(info.command().orElseThrow(() -> new IOException("process " + id + " does not show its command")));
        Path whole = Path.of("/proc", String.valueOf(id), "cmdline");
        if (Files.isReadable(whole)) {
            // the JDK shows no arguments where they are longer than a page of memory, as those with class paths are
            String[] line = new String(Files.readAllBytes(whole), StandardCharsets.UTF_8).split("\0", -1);
            words.addAll(List.of(line).subList(1, line.length - 1));
        } else {
            words.addAll(List.of(info.arguments().orElse(new String[0])));
        }
        return words;
    }

    /** Linux shows a process's variables to its user; elsewhere nothing is known of them. */
    private static Map<String, String> environmentOf(long id) throws IOException {
        Path file = Path.of("/proc", String.valueOf(id), "environ");
        Map<String, String> environment = new HashMap<>();
        if (Files.isReadable(file)) {
            for (String variable :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\0", -1)) {
                int equals = variable.indexOf('=');
                if (equals > 0) {
                    environment.put(variable.substring(0, equals), variable.substring(equals + 1));
                }
            }
        }
        return environment;
    }

    private static Path directoryOf(long id) {
        Path link = Path.of("/proc", String.valueOf(id), "cwd");
        try {
            return Files.exists(link) ? link.toRealPath() : Path.of("");
        } catch (IOException e) {
            return Path.of("");
        }
    }

    private void examine(JavaCommand java, Map<String, String> environment) throws IOException {
        agents(java, environment);
        attaching(java);
        nativeAndMemory(java);
        opened(java);
        display(java, environment);
        exporter(java, environment);
    }

    private void agents(JavaCommand java, Map<String, String> environment) throws IOException {
        String own = null;
        for (String agent : java.all("-javaagent:")) {
            String spec = agent.substring("-javaagent:".length());
            int equals = spec.indexOf('=');
            Path jar = Path.of(equals < 0 ? spec : spec.substring(0, equals));
            Path name = jar.getFileName();
            if (name != null && name.toString().startsWith("sallyport")) {
                own = equals < 0 ? "" : spec.substring(equals + 1);
            } else {
                notes.add(agent + " may undo what the gate has woven; the canary notices, and stops the JVM");
            }
        }
        if (own == null) {
            toMend.add("no -javaagent:sallyport.jar: nothing is guarded");
            return;
        }
        String mode = option("mode", own, java, environment);
        if ("monitor".equals(mode)) {
            notes.add("mode=monitor: nothing is refused");
        }
        String policy = option("policy", own, java, environment);
        String ofPolicy = null;
        if (policy == null) {
            toMend.add("no policy: the JVM does not start; say policy=FILE");
        } else {
            if (policy.startsWith("https://") || policy.startsWith("http://")) {
                notes.add(policy + " is fetched by the JVM; its last good copy stands in the journal's directory");
            } else {
                overrides = new Overrides(
                        null,
                        null,
                        resolved(directory, option("before", own, java, environment)),
                        resolved(directory, option("after", own, java, environment)),
                        null);
                ofPolicy = policy(directory.resolve(policy));
                String state = option("state", own, java, environment);
                state(directory.resolve(policy), directory.resolve(state == null ? policy + ".state" : state));
            }
        }
        String key = option("key", own, java, environment);
        if (key != null) {
            key(directory.resolve(key));
        }
        String journal = option("journal", own, java, environment);
        journal(directory.resolve(journal != null ? journal : ofPolicy != null ? ofPolicy : "audit"));
    }

    private static @Nullable Path resolved(Path directory, @Nullable String file) {
        return file == null ? null : directory.resolve(file);
    }

    private static @Nullable String option(String name, String own, JavaCommand java, Map<String, String> environment) {
        for (String word : own.split(",", -1)) {
            if (word.startsWith(name + '=')) {
                return word.substring(name.length() + 1);
            }
        }
        String property = java.last("-Dsallyport." + name + '=');
        return property != null ? property : environment.get("SALLYPORT_" + name.toUpperCase(Locale.ROOT));
    }

    /** Returns where the policy wants its journal; null if it does not say. */
    private @Nullable String policy(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            toMend.add(file + " cannot be read by this user");
            return null;
        }
        Path directory = file.toAbsolutePath().getParent();
        if (Files.isWritable(file)) {
            toMend.add(file + " can be written by this user: run the JVM as one who cannot change its policy");
        } else if (directory != null && Files.isWritable(directory)) {
            toMend.add(directory + " can be written by this user, who can put another file in the policy's place");
        }
        if (Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now())) {
            toMend.add("the clock is behind: " + file
                    + " was changed in its future, and so the journal's times are wrong");
        }
        try {
            return PolicyLoader.load(file, overrides).policy().audit().dir();
        } catch (PolicyException e) {
            toMend.add(file + " is not valid, so the JVM does not start: "
                    + e.problems().get(0)
                    + (e.problems().size() > 1 ? ", and " + (e.problems().size() - 1) + " more" : ""));
            return null;
        }
    }

    /** What operators have said, and whether they have tried lately that the kill switch works. */
    private void state(Path policy, Path file) throws IOException {
        StateFile.Read read = StateFile.read(file.toFile(), null, false);
        for (Problem problem : read.problems()) {
            toMend.add(problem.toString());
        }
        if (Files.exists(file) && Files.isWritable(file)) {
            toMend.add(
                    file + " can be written by this user: run the JVM as one who cannot release whom operators stop");
        }
        for (String agent : new TreeSet<>(read.state().kills().keySet())) {
            notes.add((agent.equals(PolicyState.ALL) ? "everything is" : "agent " + agent + " is") + " stopped");
        }
        int every;
        try {
            every = PolicyLoader.load(policy, overrides).policy().killSwitch().drillEveryDays();
        } catch (PolicyException e) {
            return;
        }
        String last = read.state().drilled();
        long due = last == null ? 0 : Days.parse(last) + every;
        if (every > 0 && due < Days.of(System.currentTimeMillis())) {
            toMend.add((last == null ? "there was no drill yet" : "the last drill was on " + last)
                    + ", and killSwitch.drillEvery is " + every + "d: run 'sallyport drill --policy " + policy + "'");
        }
    }

    private void key(Path file) {
        try {
            BundleKey.verifies(new byte[0], file);
        } catch (IOException e) {
            toMend.add(e.getMessage() + ": the JVM does not start");
            return;
        }
        if (Files.isWritable(file)) {
            toMend.add(file + " can be written by this user, who can put another key in its place");
        }
    }

    private void journal(Path directory) {
        Path there = directory.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
            toMend.add(directory + " cannot be written by this user: the JVM does not start without its journal");
        } else if (there.toFile().getUsableSpace() < LEAST_SPACE) {
            toMend.add(directory + " has less than " + (LEAST_SPACE >> 20) + " MiB left for the journal");
        }
    }

    private void exporter(JavaCommand java, Map<String, String> environment) {
        String property = java.last("-Dotel.exporter.otlp.endpoint=");
        String endpoint = property != null ? property : environment.get("OTEL_EXPORTER_OTLP_ENDPOINT");
        if (endpoint == null || endpoint.isEmpty()) {
            return;
        }
        try {
            URI uri = new URI(endpoint);
            String host = uri.getHost();
            if (host == null) {
                toMend.add("the telemetry endpoint '" + endpoint + "' names no host");
                return;
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            }
        } catch (URISyntaxException e) {
            toMend.add("the telemetry endpoint '" + endpoint + "' is no URL");
        } catch (IOException e) {
            toMend.add("the telemetry endpoint " + endpoint + " cannot be reached from here: " + e.getMessage());
        }
    }

    private void attaching(JavaCommand java) {
        if (!java.isOn("DisableAttachMechanism", false)) {
            toMend.add("missing -XX:+DisableAttachMechanism: native agents can be attached to the JVM");
        }
        if (java.feature() >= 21 && java.isOn("EnableDynamicAgentLoading", true)) {
            toMend.add("missing -XX:-EnableDynamicAgentLoading: native agents can be loaded by JMX");
        }
        for (String door : NATIVE_DOORS) {
            for (String option : java.all(door)) {
                toMend.add(option + " lets native code or a debugger in, which nothing in the JVM can hold");
            }
        }
        for (String option : java.all("-Dcom.sun.management.jmxremote.port")) {
            toMend.add(option + " lets others manage the JVM from outside");
        }
    }

    private void nativeAndMemory(JavaCommand java) {
        if (java.feature() < 23) {
            notes.add("JDK " + java.feature() + " has no flag that keeps sun.misc.Unsafe from memory by its address:"
                    + " hostile code that goes so far is held from JDK 23 on");
        } else if (!"deny".equals(java.last("--sun-misc-unsafe-memory-access="))) {
            toMend.add("missing --sun-misc-unsafe-memory-access=deny: sun.misc.Unsafe reaches all of the memory");
        }
        if (java.feature() >= 24 && !"deny".equals(java.last("--illegal-native-access="))) {
            toMend.add("missing --illegal-native-access=deny: java.lang.foreign reaches all of the memory");
        }
        for (String option : java.all("--enable-native-access=")) {
            notes.add(option + " gives these modules native code and memory by its address");
        }
    }

    private void opened(JavaCommand java) {
        for (String option : java.options()) {
            if (option.startsWith("--add-opens=java.base/") || option.startsWith("--add-exports=java.base/")) {
                toMend.add(option + " gives away internals of the JDK; the gate keeps shut what it knows of");
            }
        }
    }

    /** Of a process only: a command line may be run where there is another display, or none. */
    private void display(JavaCommand java, Map<String, String> environment) {
        String display = pid == null ? null : environment.get("DISPLAY");
        if (display != null && !display.isEmpty() && !"true".equals(java.last("-Djava.awt.headless="))) {
            notes.add(
                    "DISPLAY is " + display + ": AWT connects to it by native code, which nothing in the JVM can hold;"
                            + " -Djava.awt.headless=true keeps it from that");
        }
    }

    private void print() {
        PrintWriter out = terminal.out();
        for (String line : toMend) {
            out.println(Style.DENIED.paint(Plain.text("mend  " + line), terminal.colour()));
        }
        for (String line : notes) {
            out.println(Style.WOULD_BE_DENIED.paint(Plain.text("note  " + line), terminal.colour()));
        }
        out.println(toMend.size() + " to mend, " + notes.size() + (notes.size() == 1 ? " note" : " notes"));
    }

    private void printJson() throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeArrayFieldStart("mend");
            for (String line : toMend) {
                generator.writeString(line);
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("notes");
            for (String line : notes) {
                generator.writeString(line);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
