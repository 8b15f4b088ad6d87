package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.it.HttpClientRow.Ability;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same battery for each HTTP client: what its requests may do by host, method, path and agent, on new and reused
 * connections, after redirects, through proxies and over HTTP/2. The far ends count connections and requests. One child
 * JVM serves all clients of a module, with the agent or without.
 */
class HttpClientsIT {

    private static final String POLICY = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
              proxy: {fqdn: [proxy.test], resolved: private}
              counted: {fqdn: ["*.counted.test"], resolved: private}
              names: {fqdn: [a.test, b.test, direct.test, proxy.test, other-proxy.test], resolved: private}
            agents:
              reader: {}
              writer: {}
              counted: {}
              addresses: {}
            egress:
              - {id: counted-names, via: [dns], to: [counted], action: allow}
              - {id: counted, agent: [counted], to: [counted], http: [{method: GET, path: /ok/*}], action: allow}
              - {id: names, via: [dns], to: [names], action: allow}
              - {id: proxy, via: [tcp], to: [proxy], action: allow}
              - {id: read, agent: [reader], to: [a], http: [{method: GET, path: /ok/*}, {method: GET, path: /away}], action: allow}
              - {id: by-address, agent: [addresses], to: [127.0.0.0/8], http: [{method: GET, path: /ok/*}], action: allow}
              - {id: write, agent: [writer], to: [a], http: [{method: POST, path: /ok/*}], action: allow}
            limits:
              - {id: three, agent: [counted], count: egress.requests, key: host, per: 24h, max: 3}
            """);

    /** What the journal names as the transport of those that stand upon others. */
    private static final Map<String, String> TRANSPORTS = Map.of(
            "retrofit", "com.squareup.okhttp3:okhttp:",
            "feign", "io.github.openfeign:feign-core:",
            "jersey", "org.glassfish.jersey.core:jersey-client:",
            "google-http", "com.google.http-client:google-http-client:",
            "rest-template", "spring-web-",
            "rest-client", "spring-web-");

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();
    private static final Map<String, Path> DIRECTORIES = new HashMap<>();

    @TempDir
    static Path directory;

    private static Path hosts;
    private static int markers;

    private final Instant begun = Instant.now();
    private final HttpFarEnd a = new HttpFarEnd();
    private final HttpFarEnd b = new HttpFarEnd();
    private final ProxyFarEnd proxy = new ProxyFarEnd();

    @BeforeAll
    static void nameTheFarEnds() throws IOException {
        StringBuilder names = new StringBuilder(
                "127.0.0.1 a.test\n127.0.0.1 b.test\n127.0.0.1 direct.test\n127.0.0.1 proxy.test\n127.0.0.1 other-proxy.test\n");
        for (HttpClientRow row : HttpClientRow.ALL) {
            names.append("127.0.0.1 ").append(counted(row)).append('\n');
        }
        hosts = Files.writeString(directory.resolve("hosts"), names);
    }

    @AfterAll
    static void endChildren() {
        CHILDREN.values().forEach(Conversation::close);
    }

    @AfterEach
    void closeFarEnds() {
        a.close();
        b.close();
        proxy.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void withoutTheAgentEveryRequestArrives(Jdk jdk, HttpClientRow row) {
        a.away(onB("/ok/1"));
        assertThat(unguarded(jdk, row, "-", "GET", onA("/secret"))).isEqualTo("200");
        assertThat(unguarded(jdk, row, "-", "POST", onA("/ok/1"))).isEqualTo("200");
        assertThat(unguarded(jdk, row, "-", "GET", onB("/ok/1"))).isEqualTo("200");
        assertThat(a.requests()).containsExactly("GET /secret", "POST /ok/1");
        assertThat(b.requests()).containsExactly("GET /ok/1");

        if (row.can(Ability.REDIRECTS)) {
            assertThat(unguarded(jdk, row, "-", "GET", onA("/away"))).isEqualTo("200");
            assertThat(b.requests()).hasSize(2);
        }
        if (row.can(Ability.PROXY)) {
            assertThat(unguarded(jdk, row, through("proxy.test"), "GET", onA("/ok/1")))
                    .isEqualTo("200");
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aLimitOfThreeRequestsLetsThreeArrive(Jdk jdk, HttpClientRow row) {
        String url = "http://" + counted(row) + ':' + a.port() + "/ok/";
        for (int i = 1; i <= 3; i++) {
            assertThat(ask(jdk, row, "counted", "GET", url + i)).isEqualTo("200");
        }
        assertRefused(ask(jdk, row, "counted", "GET", url + 4));
        assertThat(a.requests()).containsExactly("GET /ok/1", "GET /ok/2", "GET /ok/3");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aRequestIsDecidedByItsMethodAndPathOnAReusedConnection(Jdk jdk, HttpClientRow row) {
        for (int i = 1; i <= 4; i++) {
            assertThat(ask(jdk, row, "reader", "GET", onA("/ok/" + i))).isEqualTo("200");
        }
        // Not one: a client may give a connection back after the caller has its answer. Ktor's engine gives none back.
        assertThat(a.connections())
                .as("connections of an allowed client")
                .isLessThan(row.module().equals("ktor") ? 5 : 4);

        assertRefused(ask(jdk, row, "reader", "GET", onA("/secret")));
        assertRefused(ask(jdk, row, "reader", "POST", onA("/ok/1")));
        assertThat(ask(jdk, row, "reader", "GET", onA("/ok/5"))).isEqualTo("200");

        assertThat(a.requests()).containsExactly("GET /ok/1", "GET /ok/2", "GET /ok/3", "GET /ok/4", "GET /ok/5");
        // Jersey asks a connection that failed once more for its status.
        assertThat(refusals(jdk, row)).hasSize(row.name().equals("jersey") ? 3 : 2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aDeniedFirstRequestOpensNoConnection(Jdk jdk, HttpClientRow row) {
        assertRefused(ask(jdk, row, "reader", "GET", onA("/secret")));
        assertRefused(ask(jdk, row, "-", "GET", onA("/ok/1")));
        assertRefused(ask(jdk, row, "reader", "GET", onB("/ok/1")));
        assertRefused(ask(jdk, row, "reader", "GET", "http://127.0.0.1:" + b.port() + "/ok/1"));

        assertThat(a.requests()).isEmpty();
        assertThat(b.requests()).isEmpty();
        assertThat(ask(jdk, row, "reader", "GET", onA("/ok/1"))).isEqualTo("200");
        assertThat(refusals(jdk, row)).hasSize(4);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("redirects")
    void aRedirectToADeniedHostIsRefusedAtTheSecondHop(Jdk jdk, HttpClientRow row) {
        a.away(onB("/ok/1"));

        assertRefused(ask(jdk, row, "reader", "GET", onA("/away")));

        assertThat(a.requests()).containsExactly("GET /away");
        assertThat(b.requests()).isEmpty();
        assertThat(ask(jdk, row, "reader", "GET", onA("/ok/1"))).isEqualTo("200");
        assertThat(refusals(jdk, row)).hasSize(1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("redirects")
    void aRedirectIsFollowedToAnAllowedPathAndToNoOther(Jdk jdk, HttpClientRow row) {
        a.away("/ok/2");
        assertThat(ask(jdk, row, "reader", "GET", onA("/away"))).isEqualTo("200");
        a.away("/secret");
        assertRefused(ask(jdk, row, "reader", "GET", onA("/away")));

        assertThat(a.requests()).containsExactly("GET /away", "GET /ok/2", "GET /away");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http1")
    void aConnectionThatOneAgentOpenedIsNoWayOutForAnother(Jdk jdk, HttpClientRow row) {
        assertThat(ask(jdk, row, "reader", "GET", onA("/ok/1"))).isEqualTo("200");
        assertRefused(ask(jdk, row, "writer", "GET", onA("/ok/1")));
        assertThat(ask(jdk, row, "writer", "POST", onA("/ok/1"))).isEqualTo("200");
        assertRefused(ask(jdk, row, "reader", "POST", onA("/ok/1")));
        assertRefused(ask(jdk, row, "-", "GET", onA("/ok/1")));

        assertThat(a.requests()).containsExactly("GET /ok/1", "POST /ok/1");
        assertThat(refusals(jdk, row))
                .extracting(JournalEntry::agent)
                .containsExactly("writer", "reader", "unattributed");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("proxies")
    void aTargetBehindAnAllowedProxyMustBeAllowedToo(Jdk jdk, HttpClientRow row) {
        String wiring = through("proxy.test");

        assertThat(ask(jdk, row, wiring, "reader", "GET", onA("/ok/1"))).isEqualTo("200");
        assertRefused(ask(jdk, row, wiring, "reader", "GET", onB("/ok/1")));
        assertRefused(ask(jdk, row, wiring, "reader", "GET", onA("/secret")));

        assertThat(proxy.requests()).hasSize(1).allMatch(request -> request.contains("a.test"));
        assertThat(b.requests()).isEmpty();
        assertThat(a.requests()).doesNotContain("GET /secret");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("proxies")
    void anAllowedTargetBehindADeniedProxyIsRefused(Jdk jdk, HttpClientRow row) {
        assertRefused(ask(jdk, row, through("other-proxy.test"), "reader", "GET", onA("/ok/1")));

        assertThat(proxy.requests()).isEmpty();
        assertThat(a.requests()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("proxies")
    void aRuleOfAddressesAllowsNoNameBehindAProxy(Jdk jdk, HttpClientRow row) {
        String wiring = through("proxy.test");

        // a name that no test goes to through a proxy: the system may pick a port again
        assertThat(ask(jdk, row, "addresses", "GET", "http://direct.test:" + a.port() + "/ok/1"))
                .isEqualTo("200");
        assertRefused(ask(jdk, row, wiring, "addresses", "GET", onB("/ok/1")));
        assertThat(ask(jdk, row, wiring, "reader", "GET", onA("/ok/2"))).isEqualTo("200");
        assertRefused(ask(jdk, row, wiring, "addresses", "GET", onA("/ok/3")));
        assertThat(proxy.requests()).hasSize(1);

        assertThat(ask(jdk, row, wiring, "addresses", "GET", "http://127.0.0.1:" + a.port() + "/ok/4"))
                .isEqualTo("200");
        assertThat(proxy.requests()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("socks")
    void aTargetBehindASocksProxyMustBeAllowedAndTheProxyToo(Jdk jdk, HttpClientRow row) {
        try (SocksFarEnd socks = new SocksFarEnd()) {
            String allowed = "socks=proxy.test:" + socks.port();
            String denied = "socks=other-proxy.test:" + socks.port();
            assertThat(unguarded(jdk, row, denied, "GET", onB("/secret"))).isEqualTo("200");
            assertThat(socks.targets()).containsExactly(b.port());

            assertRefused(ask(jdk, row, allowed, "reader", "GET", onB("/ok/1")));
            assertRefused(ask(jdk, row, allowed, "reader", "GET", onA("/secret")));
            // JDK 17 keeps no more of it than its message
            assertThat(ask(jdk, row, denied, "reader", "GET", onA("/ok/1")))
                    .containsAnyOf("DENIED reader -> other-proxy.test", "EgressDeniedException");
            assertThat(socks.targets()).hasSize(1);

            assertThat(ask(jdk, row, allowed, "reader", "GET", onA("/ok/1"))).isEqualTo("200");
            assertThat(socks.targets()).containsExactly(b.port(), a.port());
            assertThat(a.requests()).containsExactly("GET /ok/1");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("upon")
    void whatStandsUponAClientIsItsTransportAndTheProgramItsLibrary(Jdk jdk, HttpClientRow row) {
        String marker = "/ok/upon" + ++markers;

        assertThat(ask(jdk, row, "reader", "GET", onA(marker))).isEqualTo("200");

        refusals(jdk, row);
        assertThat(Journals.read(DIRECTORIES.get(key(jdk, row, true)).resolve("journal")))
                .filteredOn(entry -> marker.equals(entry.target().path()))
                .isNotEmpty()
                .allSatisfy(entry -> {
                    assertThat(entry.library()).startsWith("com.example.http:http-clients-upon:");
                    assertThat(entry.transport()).startsWith(TRANSPORTS.get(row.name()));
                });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("http2")
    void aStreamOfAnHttp2ConnectionIsDecidedForTheAgentThatOpensIt(Jdk jdk, HttpClientRow row) {
        try (Http2FarEnd h2 = new Http2FarEnd()) {
            String allowed = "http://a.test:" + h2.port() + "/ok/1";
            String denied = "http://a.test:" + h2.port() + "/secret/1";
            assertThat(unguarded(jdk, row, "h2", "POST", denied)).isEqualTo("200");
            int before = h2.connections();

            assertThat(ask(jdk, row, "h2", "writer", "POST", allowed)).isEqualTo("200");
            assertRefused(ask(jdk, row, "h2", "writer", "POST", denied));
            assertRefused(ask(jdk, row, "h2", "reader", "POST", allowed));
            assertThat(ask(jdk, row, "h2", "writer", "POST", allowed)).isEqualTo("200");

            assertThat(h2.requests()).containsExactly("POST /secret/1", "POST /ok/1", "POST /ok/1");
            assertThat(h2.connections() - before).isEqualTo(1);
            assertThat(refusals(jdk, row)).extracting(JournalEntry::agent).containsExactly("writer", "reader");
        }
    }

    static List<Arguments> http1() {
        return rows(Ability.HTTP1);
    }

    static List<Arguments> redirects() {
        return rows(Ability.REDIRECTS);
    }

    static List<Arguments> proxies() {
        return rows(Ability.PROXY);
    }

    static List<Arguments> socks() {
        return rows(Ability.SOCKS);
    }

    static List<Arguments> upon() {
        List<Arguments> upon = rows(Ability.HTTP1);
        upon.removeIf(row -> !TRANSPORTS.containsKey(((HttpClientRow) row.get()[1]).name()));
        return upon;
    }

    static List<Arguments> http2() {
        return rows(Ability.HTTP2);
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

    /** Returns a host that only this client asks for. */
    private static String counted(HttpClientRow row) {
        return row.name() + ".counted.test";
    }

    private String onA(String path) {
        return "http://a.test:" + a.port() + path;
    }

    private String onB(String path) {
        return "http://b.test:" + b.port() + path;
    }

    private String through(String proxyName) {
        return "proxy=" + proxyName + ':' + proxy.port();
    }

    private static void assertRefused(String answer) {
        assertThat(answer).contains("dev.sallyport.").contains("DeniedException");
    }

    private static String unguarded(Jdk jdk, HttpClientRow row, String wiring, String method, String url) {
        return child(jdk, row, false).ask(row.name(), wiring, "-", method, url);
    }

    private static String ask(Jdk jdk, HttpClientRow row, String agent, String method, String url) {
        return ask(jdk, row, "-", agent, method, url);
    }

    private static String ask(Jdk jdk, HttpClientRow row, String wiring, String agent, String method, String url) {
        return child(jdk, row, true).ask(row.name(), wiring, agent, method, url);
    }

    /**
     * Returns what was refused in this test: the journal is written in order, so that all of it is there once a later
     * request is.
     */
    private List<JournalEntry> refusals(Jdk jdk, HttpClientRow row) {
        String marker = "/ok/marker" + ++markers;
        child(jdk, row, true).ask("url", "-", "reader", "GET", onA(marker));
        Path journal = DIRECTORIES.get(key(jdk, row, true)).resolve("journal");
        return Journals.await(journal, entry -> marker.equals(entry.target().path())).stream()
                .filter(entry -> "deny".equals(entry.decision())
                        && !Instant.parse(entry.time()).isBefore(begun))
                .toList();
    }

    private static String key(Jdk jdk, HttpClientRow row, boolean guarded) {
        return jdk + " " + row.module() + (guarded ? " guarded" : "");
    }

    private static Conversation child(Jdk jdk, HttpClientRow row, boolean guarded) {
        return CHILDREN.computeIfAbsent(key(jdk, row, guarded), key -> start(jdk, row, key, guarded));
    }

    private static Conversation start(Jdk jdk, HttpClientRow row, String key, boolean guarded) {
        try {
            Path own = Files.createTempDirectory(directory, "child");
            DIRECTORIES.put(key, own);
            List<Path> classPath = new ArrayList<>(Product.httpClients(row.module()));
            ChildJvm jvm = new ChildJvm(jdk, own)
                    .option("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                    .option("-Dvertx.disableDnsResolver=true");
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
