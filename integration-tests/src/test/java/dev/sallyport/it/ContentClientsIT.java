package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.it.HttpClientRow.Ability;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For each HTTP client: a body that a rule looks for does not arrive, be it that the client shows its bodies or not; and where it
 * does, one that nobody looks for does. What the program sends is the word "body".
 */
class ContentClientsIT {

    private static final String POLICY = """
            agents: {found: {}, free: {}, lax: {}}
            egress:
              - {id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}
              - {id: all-paths, via: [unix, process, native, attach], to: ["**"], action: allow}
            content:
              - {id: word, on: http.request, agent: [found], detect: [{name: word, pattern: body}]}
              - {id: other, on: http.request, agent: [free], detect: [{name: nothing, pattern: nobody}]}
              - {id: lax, on: http.request, agent: [lax], detect: [{name: nothing, pattern: nobody}], unseen: allow}
            """;

    /** Those whose bodies are not seen, so that a request with one is refused unless the rule lets it pass. */
    private static final Set<String> UNSEEN = Set.of(
            "apache5-async",
            "apache4-async",
            "jetty",
            "helidon",
            "ktor-cio",
            "reactor-netty",
            "webclient",
            "async-http-client",
            "vertx",
            "vertx5",
            "armeria",
            "aws-netty");

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();
    private static final Map<String, Path> DIRECTORIES = new HashMap<>();

    @TempDir
    static Path directory;

    @AfterAll
    static void endChildren() {
        CHILDREN.values().forEach(Conversation::close);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aBodyThatIsLookedForDoesNotArrive(Jdk jdk, HttpClientRow row) {
        try (BodyFarEnd farEnd = new BodyFarEnd()) {
            assertThat(ask(jdk, row, "-", "lax", farEnd.port())).isEqualTo("200");
            assertThat(farEnd.received()).contains("body");
        }
        try (BodyFarEnd farEnd = new BodyFarEnd()) {
            String answer = ask(jdk, row, "-", "found", farEnd.port());
            assertThat(answer).isNotEqualTo("200").isNotEqualTo("no answer");
            assertThat(answer).contains("dev.sallyport.");
            assertThat(farEnd.received()).doesNotContain("body");
            assertThat(farEnd.requests()).isZero();
            assertThat(found(jdk, row, farEnd.port()))
                    .as(answer)
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.reason())
                            .startsWith(UNSEEN.contains(row.name()) ? "unseen in body" : "word in body at 0"));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aBodyThatNobodyLooksForArrivesWhereItIsSeen(Jdk jdk, HttpClientRow row) {
        try (BodyFarEnd farEnd = new BodyFarEnd()) {
            String answer = ask(jdk, row, "-", "free", farEnd.port());
            if (UNSEEN.contains(row.name())) {
                assertThat(answer).contains("dev.sallyport.");
                assertThat(farEnd.received()).doesNotContain("body");
            } else {
                assertThat(answer).isEqualTo("200");
                assertThat(farEnd.received()).contains("body");
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http2")
    void aBodyThatIsLookedForDoesNotArriveOverHttp2(Jdk jdk, HttpClientRow row) {
        try (Http2FarEnd farEnd = new Http2FarEnd()) {
            assertThat(ask(jdk, row, "h2", "found", farEnd.port()))
                    .isNotEqualTo("200")
                    .isNotEqualTo("no answer");
            assertThat(farEnd.bodies()).doesNotContain("body");
            if (!UNSEEN.contains(row.name())) {
                assertThat(ask(jdk, row, "h2", "free", farEnd.port())).isEqualTo("200");
                assertThat(farEnd.bodies()).contains("body");
            }
        }
    }

    private static List<JournalEntry> found(Jdk jdk, HttpClientRow row, int port) {
        Path journal = DIRECTORIES.get(key(jdk, row)).resolve("journal");
        long end = System.nanoTime() + 20_000_000_000L;
        List<JournalEntry> found = List.of();
        while (found.isEmpty() && System.nanoTime() < end) {
            found = Journals.read(journal).stream()
                    .filter(entry ->
                            "word".equals(entry.rule()) && entry.target().port() == port)
                    .toList();
        }
        return found;
    }

    private static String ask(Jdk jdk, HttpClientRow row, String wiring, String agent, int port) {
        return CHILDREN.computeIfAbsent(key(jdk, row), key -> start(jdk, row, key))
                .ask(row.name(), wiring, agent, "POST", "http://127.0.0.1:" + port + "/ok");
    }

    private static String key(Jdk jdk, HttpClientRow row) {
        return jdk + " " + row.module();
    }

    private static Conversation start(Jdk jdk, HttpClientRow row, String key) {
        try {
            Path own = Files.createTempDirectory(directory, "child");
            DIRECTORIES.put(key, own);
            return new ChildJvm(jdk, own)
                    .option("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dvertx.disableDnsResolver=true")
                    .option("-Dsallyport.log=error")
                    .policy(Policies.write(own, Policies.with(POLICY)))
                    .classPath(new ArrayList<>(Product.httpClients(row.module())))
                    .talk("com.example.http.Requests");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDK's own connection, whose program sends one letter only, ContentIT has. */
    static List<Arguments> http1() {
        List<Arguments> rows = rows(Ability.HTTP1);
        rows.removeIf(row -> ((HttpClientRow) row.get()[1]).name().equals("url"));
        return rows;
    }

    static List<Arguments> http2() {
        List<Arguments> rows = rows(Ability.HTTP2);
        rows.removeIf(row -> !((HttpClientRow) row.get()[1]).can(Ability.HTTP1));
        return rows;
    }

    private static List<Arguments> rows(Ability ability) {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (HttpClientRow row : HttpClientRow.ALL) {
                if (row.can(ability) && row.runsOn(jdk)) {
                    rows.add(Arguments.of(jdk, row));
                }
            }
        }
        return rows;
    }
}
