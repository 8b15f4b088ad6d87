package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that a program has written on Netty itself, and that are in no table of clients: a rule lets them connect, and each
 * request that they write is decided for the agent that wrote it.
 */
class NettyHttpIT {

    private static final String POLICY = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
              names: {fqdn: [a.test, b.test], resolved: private}
            agents:
              reader: {}
              writer: {}
              anything: {}
            egress:
              - {id: names, via: [dns], to: [names], action: allow}
              - {id: connections, via: [tcp], to: [names], action: allow}
              - {id: anything, agent: [anything], to: [names], action: allow}
              - {id: read, agent: [reader], to: [a], http: [{method: GET, path: /ok/*}], action: allow}
              - {id: write, agent: [writer], to: [a], http: [{method: POST, path: /ok/*}], action: allow}
            """);

    private static final List<String> CLIENTS = List.of("raw-netty", "raw-netty-shaded", "raw-netty-h2");

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();
    private static final Map<String, Path> DIRECTORIES = new HashMap<>();

    @TempDir
    static Path directory;

    private static Path hosts;
    private static int markers;

    private final Instant begun = Instant.now();

    /** What counts the requests of either version of HTTP. */
    private record Server(
            int port, Supplier<List<String>> requests, Supplier<Integer> connections, AutoCloseable closing)
            implements AutoCloseable {

        static Server of(String client) {
            if (client.endsWith("h2")) {
                Http2FarEnd server = new Http2FarEnd();
                return new Server(server.port(), server::requests, server::connections, server);
            }
            HttpFarEnd server = new HttpFarEnd();
            return new Server(server.port(), server::requests, server::connections, server);
        }

        String on(String host, String path) {
            return "http://" + host + ':' + port + path;
        }

        @Override
        public void close() {
            try {
                closing.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeAll
    static void nameTheFarEnds() throws IOException {
        hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 a.test\n127.0.0.1 b.test\n");
    }

    @AfterAll
    static void endChildren() {
        CHILDREN.values().forEach(Conversation::close);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void withoutTheAgentEveryRequestArrivesOnOneConnection(Jdk jdk, String client) {
        try (Server a = Server.of(client)) {
            assertThat(unguarded(jdk, client, "GET", a.on("a.test", "/ok/1"))).isEqualTo("200");
            assertThat(unguarded(jdk, client, "GET", a.on("a.test", "/secret"))).isEqualTo("200");
            assertThat(unguarded(jdk, client, "POST", a.on("a.test", "/ok/1"))).isEqualTo("200");

            assertThat(a.requests().get()).containsExactly("GET /ok/1", "GET /secret", "POST /ok/1");
            assertThat(a.connections().get()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aRequestIsDecidedByItsHostMethodAndPath(Jdk jdk, String client) {
        try (Server a = Server.of(client)) {
            assertThat(ask(jdk, client, "reader", "GET", a.on("a.test", "/ok/1")))
                    .isEqualTo("200");
            assertThat(ask(jdk, client, "reader", "GET", a.on("a.test", "/ok/2")))
                    .isEqualTo("200");
            assertThat(a.connections().get()).isEqualTo(1);
            assertRefused(ask(jdk, client, "reader", "GET", a.on("a.test", "/secret")));
            assertRefused(ask(jdk, client, "reader", "POST", a.on("a.test", "/ok/1")));
            assertRefused(ask(jdk, client, "reader", "GET", a.on("b.test", "/ok/1")));
            assertThat(ask(jdk, client, "reader", "GET", a.on("a.test", "/ok/3")))
                    .isEqualTo("200");

            assertThat(a.requests().get()).containsExactly("GET /ok/1", "GET /ok/2", "GET /ok/3");
            assertThat(refusals(jdk))
                    .hasSize(3)
                    .allSatisfy(refusal -> assertThat(refusal.stage()).isEqualTo("http"));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aConnectionThatOneAgentOpenedIsNoWayOutForAnotherNorForNobody(Jdk jdk, String client) {
        try (Server a = Server.of(client)) {
            assertThat(ask(jdk, client, "anything", "GET", a.on("a.test", "/ok/1")))
                    .isEqualTo("200");
            assertRefused(ask(jdk, client, "writer", "GET", a.on("a.test", "/ok/1")));
            assertThat(ask(jdk, client, "writer", "POST", a.on("a.test", "/ok/1")))
                    .isEqualTo("200");
            assertRefused(ask(jdk, client, "reader", "POST", a.on("a.test", "/ok/1")));
            assertRefused(ask(jdk, client, "-", "GET", a.on("a.test", "/ok/1")));

            assertThat(a.requests().get()).containsExactly("GET /ok/1", "POST /ok/1");
            assertThat(refusals(jdk))
                    .extracting(JournalEntry::agent)
                    .containsExactly("writer", "reader", "unattributed");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aRequestThatNamesAnotherHostThanItsConnectionMustBeAllowedThereToo(Jdk jdk, String client) {
        try (Server a = Server.of(client)) {
            assertRefused(ask(jdk, client, "reader", "GET", a.on("a.test", "/ok/1?b.test")));
            assertThat(ask(jdk, client, "anything", "GET", a.on("a.test", "/ok/1?b.test")))
                    .isEqualTo("200");

            assertThat(a.requests().get()).containsExactly("GET /ok/1");
        }
    }

    @EachJdk
    void theAnswersOfAServerAreNoRequests(Jdk jdk) {
        String http1 = ask(jdk, "own-server", "reader", "GET", "http://a.test/");
        assertThat(ask(jdk, "raw-netty", "anything", "GET", "http://a.test:" + http1 + "/any"))
                .isEqualTo("200");

        String http2 = child(jdk, true).ask("own-server", "h2", "reader", "GET", "http://a.test/");
        assertThat(ask(jdk, "raw-netty-h2", "anything", "GET", "http://a.test:" + http2 + "/any"))
                .isEqualTo("200");
    }

    static List<Arguments> clients() {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (String client : CLIENTS) {
                rows.add(Arguments.of(jdk, client));
            }
        }
        return rows;
    }

    private static void assertRefused(String answer) {
        assertThat(answer).contains("dev.sallyport.EgressDeniedException");
    }

    private static String unguarded(Jdk jdk, String client, String method, String url) {
        return child(jdk, false).ask(client, "-", "-", method, url);
    }

    private static String ask(Jdk jdk, String client, String agent, String method, String url) {
        return child(jdk, true).ask(client, "-", agent, method, url);
    }

    /** Returns what was refused in this test: all of it is in the journal once a later request is. */
    private List<JournalEntry> refusals(Jdk jdk) {
        String marker = "/ok/marker" + ++markers;
        try (HttpFarEnd other = new HttpFarEnd()) {
            ask(jdk, "raw-netty", "reader", "GET", "http://a.test:" + other.port() + marker);
        }
        Path journal = DIRECTORIES.get(jdk + " guarded").resolve("journal");
        return Journals.await(journal, entry -> marker.equals(entry.target().path())).stream()
                .filter(entry -> "deny".equals(entry.decision())
                        && !Instant.parse(entry.time()).isBefore(begun))
                .toList();
    }

    private static Conversation child(Jdk jdk, boolean guarded) {
        return CHILDREN.computeIfAbsent(jdk + (guarded ? " guarded" : ""), key -> start(jdk, key, guarded));
    }

    private static Conversation start(Jdk jdk, String key, boolean guarded) {
        try {
            Path own = Files.createTempDirectory(directory, "child");
            DIRECTORIES.put(key, own);
            List<Path> classPath = new ArrayList<>(Product.httpClients("netty"));
            ChildJvm jvm = new ChildJvm(jdk, own)
                    .option("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
            if (guarded) {
                jvm.policy(Policies.write(own, POLICY)).option("-Dsallyport.log=error");
            } else {
                classPath.add(Product.JAR);
            }
            return jvm.classPath(classPath).talk("com.example.http.Requests");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
