package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each exit from each kind of thread: without the agent the call arrives at its far end, under a policy that denies all
 * it does not and the program sees the documented exception, under a rule that allows it it arrives again. One child JVM
 * serves all rows of one column.
 */
class ExitsIT {

    private static final String ALLOWING = Policies.with("""
            groups:
              far-ends: {cidr: [127.0.0.0/8, 239.255.0.0/16]}
              behind-the-proxy: {cidr: [192.0.2.1/32]}
              names: {fqdn: [name.far-end.example, "*.in-addr.arpa"], resolved: any}
            egress:
              - {id: far-ends, via: [tcp, udp, http], to: [far-ends, behind-the-proxy], action: allow}
              - {id: names, via: [dns], to: [names], action: allow}
              - {id: paths, via: [unix, process, native, attach], to: ["**"], action: allow}
              - {id: ports, via: [listen], to: [far-ends], action: allow}
            """);

    private enum Column {
        WITHOUT_AGENT,
        DENYING,
        ALLOWING
    }

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();

    @TempDir
    static Path directory;

    private static NameFarEnd names;
    private static int attempts;

    @BeforeAll
    static void begin() {
        names = new NameFarEnd(directory);
    }

    @AfterAll
    static void end() {
        CHILDREN.values().forEach(Conversation::close);
        names.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sallyport.it.Jdks#all")
    void everyExitOfTheProgramHasARow(Jdk jdk) {
        Exited listed = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .run("com.example.exits.Exits", "--list");

        assertThat(listed.out().lines())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(ExitRow.ALL.stream().map(ExitRow::name), Stream.of("InetAddress.getLocalHost"))
                                .toList());
    }

    @ParameterizedTest(name = "{0}: {1}, {2} thread")
    @MethodSource("rows")
    void aCallArrivesWithoutTheAgent(Jdk jdk, ExitRow row, String thread) throws Exception {
        assertArrives(jdk, row, thread, Column.WITHOUT_AGENT);
    }

    @ParameterizedTest(name = "{0}: {1}, {2} thread")
    @MethodSource("rows")
    void aCallIsRefusedUnderAPolicyThatDeniesAll(Jdk jdk, ExitRow row, String thread) throws Exception {
        Conversation child = child(jdk, Column.DENYING);
        try (FarEnd farEnd = farEnd(jdk, row, child)) {
            int before = farEnd.seen();

            String answer = child.ask(row.name(), thread, farEnd.target());

            assertThat(farEnd.seen() - before).as("calls that arrived").isZero();
            assertThat(answer)
                    .as("what the program saw")
                    .isEqualTo(row.refusal().answer());
        }
    }

    @ParameterizedTest(name = "{0}: {1}, {2} thread")
    @MethodSource("rows")
    void aCallArrivesWhereARuleAllowsIt(Jdk jdk, ExitRow row, String thread) throws Exception {
        assertArrives(jdk, row, thread, Column.ALLOWING);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sallyport.it.Jdks#all")
    void theMachinesOwnNameMayBeAskedForUnderAnyPolicy(Jdk jdk) {
        int before = names.seen();

        String answer = child(jdk, Column.DENYING).ask("InetAddress.getLocalHost", "caller", "-");

        assertThat(names.seen()).isGreaterThan(before);
        assertThat(answer).doesNotStartWith("refused");
    }

    private static void assertArrives(Jdk jdk, ExitRow row, String thread, Column column) throws Exception {
        Conversation child = child(jdk, column);
        try (FarEnd farEnd = farEnd(jdk, row, child)) {
            int before = farEnd.seen();

            String answer = child.ask(row.name(), thread, farEnd.target());

            assertThat(farEnd.seen() - before)
                    .as("calls that arrived; the program saw " + answer)
                    .isPositive();
            assertThat(answer).as("what the program saw").doesNotStartWith("refused");
        }
    }

    static List<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (ExitRow row : ExitRow.ALL) {
                if (!row.isOf(jdk)) {
                    continue;
                }
                for (String thread : List.of("caller", "pool", "method_handle", "virtual")) {
                    if (!thread.equals("virtual") || jdk.hasVirtualThreads()) {
                        rows.add(Arguments.of(jdk, row, thread));
                    }
                }
            }
        }
        return rows;
    }

    private static Conversation child(Jdk jdk, Column column) {
        return CHILDREN.computeIfAbsent(jdk + " " + column, key -> start(jdk, column));
    }

    private static Conversation start(Jdk jdk, Column column) {
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .option(names.options())
                .option("-Djava.library.path=" + directory)
                .option("--enable-native-access=ALL-UNNAMED");
        if (jdk.feature() == 17) {
            jvm.option("--add-modules=jdk.incubator.foreign");
        }
        @Nullable
        String policy = switch (column) {
            case WITHOUT_AGENT -> null;
            case DENYING -> Policies.DENY_ALL;
            case ALLOWING -> ALLOWING;
        };
        if (policy != null) {
            try {
                jvm.policy(Policies.write(Files.createTempDirectory(directory, "policy"), policy));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return jvm.talk("com.example.exits.Exits");
    }

    private static FarEnd farEnd(Jdk jdk, ExitRow row, Conversation child) {
        attempts++;
        return switch (row.kind()) {
            case TCP -> new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
            case HTTP -> new TcpFarEnd(TcpFarEnd.Manner.HTTP);
            case UDP -> new UdpFarEnd();
            case NAME -> new Unclosed(names);
            case UNIX -> new UnixFarEnd(directory.resolve("socket" + attempts));
            case PROCESS -> new ProcessFarEnd(directory.resolve("created" + attempts));
            case LISTEN -> ListenFarEnd.ofPort();
            case UNIX_LISTEN -> ListenFarEnd.ofPath(directory.resolve("listening" + attempts));
            case GROUP -> new GroupFarEnd();
            case ECHO -> new EchoFarEnd();
            case ATTACH -> new AttachFarEnd();
            case AGENT ->
                new AgentFarEnd(directory.resolve("agent" + attempts + ".jar"), "com.example.exits.AgentExits");
            case NATIVE -> new NativeFarEnd(directory.resolve("libfarend" + attempts + ".so"), jdk, child.pid());
        };
    }

    /** The name service serves all rows. */
    private record Unclosed(FarEnd farEnd) implements FarEnd {

        @Override
        public String target() {
            return farEnd.target();
        }

        @Override
        public int seen() {
            return farEnd.seen();
        }

        @Override
        public void close() {}
    }
}
