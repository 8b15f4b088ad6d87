package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ways out that attackers are known to take, by their names: each works without the agent, and with it the far end sees
 * nothing. Those that go at the gate itself, or bring classes of their own, are in {@link EscapesIT}.
 */
class NoWayOutIT {

    private static final String REQUESTS = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
              b: {fqdn: [b.test], resolved: private}
              proxy: {fqdn: [proxy.test], resolved: private}
            agents:
              reader: {}
              other: {}
            egress:
              - {id: names, via: [dns], to: [a, b, proxy], action: allow}
              - {id: proxy, via: [tcp], to: [proxy], action: allow}
              - {id: read, agent: [reader], to: [a], http: [{method: GET}], action: allow}
            """);

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
        CHILDREN.clear();
        names.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("questions")
    void dnsTunnelling(Jdk jdk, String way) {
        int before = names.seen();
        exits(jdk, false).ask(way, "caller", NameFarEnd.NAME);
        int asked = names.seen();
        assertThat(asked).as("questions without the agent").isGreaterThan(before);

        String answer = exits(jdk, true).ask(way, "caller", NameFarEnd.NAME);

        assertThat(names.seen()).as(answer).isEqualTo(asked);
    }

    static List<Arguments> questions() {
        return onEachJdk(
                "InetAddress.getByName", "URL.hashCode", "SocketPermission.implies", "InetAddress.getHostName");
    }

    @EachJdk
    void dnsTunnellingByJndi(Jdk jdk) {
        try (UdpFarEnd farEnd = new UdpFarEnd()) {
            leadsOut(jdk, farEnd, "JNDI DNS");
            leadsNowhere(jdk, farEnd, "JNDI DNS");
        }
    }

    @EachJdk
    void startPipeline(Jdk jdk) {
        try (ProcessFarEnd farEnd = new ProcessFarEnd(path("created"))) {
            leadsOut(jdk, farEnd, "ProcessBuilder.startPipeline");
        }
        try (ProcessFarEnd farEnd = new ProcessFarEnd(path("created"))) {
            leadsNowhere(jdk, farEnd, "ProcessBuilder.startPipeline");
        }
    }

    @EachJdk
    void libcSystemByTheForeignFunctionApi(Jdk jdk) {
        assumeTrue(jdk.feature() == 17 || jdk.feature() >= 22, "JDK " + jdk.feature() + " has a preview of it only");
        String way = jdk.feature() == 17 ? "CLinker.downcallHandle" : "Linker.downcallHandle";
        try (ProcessFarEnd farEnd = new ProcessFarEnd(path("created"))) {
            leadsOut(jdk, farEnd, way);
        }
        try (ProcessFarEnd farEnd = new ProcessFarEnd(path("created"))) {
            leadsNowhere(jdk, farEnd, way);
        }
    }

    @EachJdk
    void aUnixSocketToALocalProxy(Jdk jdk) {
        try (UnixFarEnd farEnd = new UnixFarEnd(path("socket"))) {
            leadsOut(jdk, farEnd, "Unix socket");
            leadsNowhere(jdk, farEnd, "Unix socket");
        }
    }

    @EachJdk
    void aListeningPortThatTheFarEndPolls(Jdk jdk) {
        try (ListenFarEnd farEnd = ListenFarEnd.ofPort()) {
            leadsOut(jdk, farEnd, "HttpServer");
            leadsNowhere(jdk, farEnd, "HttpServer");
        }
    }

    @EachJdk
    void aMethodHandleOnAPoolThread(Jdk jdk) throws IOException {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            noFrame(jdk).run("com.example.exits.NoFrame", farEnd.target(), "pool");
            assertThat(farEnd.seen()).isEqualTo(1);

            noFrame(jdk).policy(policy(Policies.ALLOW_ALL)).run("com.example.exits.NoFrame", farEnd.target(), "pool");

            assertThat(farEnd.seen()).isEqualTo(1);
        }
    }

    @EachJdk
    void sendAsync(Jdk jdk) {
        try (HttpFarEnd b = new HttpFarEnd()) {
            String url = "http://b.test:" + b.port() + "/";
            assertThat(requests(jdk, false).ask("sendAsync", "-", "-", "GET", url))
                    .isEqualTo("200");

            assertRefused(requests(jdk, true).ask("sendAsync", "-", "reader", "GET", url));

            assertThat(b.requests()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aKeepAliveConnectionOfAnAllowedAgent(Jdk jdk, String client) {
        try (HttpFarEnd a = new HttpFarEnd()) {
            String url = "http://a.test:" + a.port() + "/";
            assertThat(requests(jdk, true).ask(client, "-", "reader", "GET", url))
                    .isEqualTo("200");

            assertRefused(requests(jdk, true).ask(client, "-", "other", "GET", url));
            assertRefused(requests(jdk, true).ask(client, "-", "-", "GET", url));

            assertThat(a.requests()).hasSize(1);
            assertThat(requests(jdk, true).ask(client, "-", "reader", "GET", url))
                    .isEqualTo("200");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aRedirectToADeniedAddress(Jdk jdk, String client) {
        try (HttpFarEnd a = new HttpFarEnd();
                HttpFarEnd b = new HttpFarEnd()) {
            a.away("http://b.test:" + b.port() + "/stolen");
            String url = "http://a.test:" + a.port() + "/away";
            assertThat(requests(jdk, false).ask(client, "-", "-", "GET", url)).isEqualTo("200");
            assertThat(b.requests()).hasSize(1);

            assertRefused(requests(jdk, true).ask(client, "-", "reader", "GET", url));

            assertThat(a.requests()).hasSize(2);
            assertThat(b.requests()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void aRedirectToAMetadataAddress(Jdk jdk, String client) {
        try (HttpFarEnd a = new HttpFarEnd()) {
            for (String metadata : List.of("169.254.169.254", "[::ffff:169.254.169.254]")) {
                a.away("http://" + metadata + "/latest/meta-data/");

                assertRefused(
                        requests(jdk, true).ask(client, "-", "reader", "GET", "http://a.test:" + a.port() + "/away"));
            }
            assertThat(a.requests()).hasSize(2);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("clients")
    void anAllowedProxyToADeniedTarget(Jdk jdk, String client) {
        try (HttpFarEnd b = new HttpFarEnd();
                ProxyFarEnd proxy = new ProxyFarEnd()) {
            String url = "http://b.test:" + b.port() + "/";
            String wiring = "proxy=proxy.test:" + proxy.port();
            assertThat(requests(jdk, false).ask(client, wiring, "-", "GET", url))
                    .isEqualTo("200");
            assertThat(proxy.requests()).hasSize(1);

            assertRefused(requests(jdk, true).ask(client, wiring, "reader", "GET", url));

            assertThat(proxy.requests()).hasSize(1);
            assertThat(b.requests()).hasSizeLessThan(2);
        }
    }

    static List<Arguments> clients() {
        return onEachJdk("url", "send", "sendAsync", "okhttp");
    }

    private static List<Arguments> onEachJdk(String... names) {
        return Jdks.all().stream()
                .flatMap(jdk -> List.of(names).stream().map(name -> Arguments.of(jdk, name)))
                .toList();
    }

    private static void leadsOut(Jdk jdk, FarEnd farEnd, String way) {
        int before = farEnd.seen();
        String answer = exits(jdk, false).ask(way, "caller", farEnd.target());
        assertThat(farEnd.seen()).as("without the agent, " + answer).isGreaterThan(before);
    }

    private static void leadsNowhere(Jdk jdk, FarEnd farEnd, String way) {
        int before = farEnd.seen();
        String answer = exits(jdk, true).ask(way, "caller", farEnd.target());
        assertThat(farEnd.seen()).as("with the agent, " + answer).isEqualTo(before);
    }

    private static void assertRefused(String answer) {
        assertThat(answer).contains("dev.sallyport.").contains("DeniedException");
    }

    private static Path path(String name) {
        attempts++;
        return directory.resolve(name + attempts);
    }

    private static ChildJvm noFrame(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }

    private static Conversation exits(Jdk jdk, boolean guarded) {
        return CHILDREN.computeIfAbsent(jdk + " exits " + guarded, key -> {
            ChildJvm jvm = new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .option(names.options())
                    .option("--enable-native-access=ALL-UNNAMED");
            if (jdk.feature() == 17) {
                jvm.option("--add-modules=jdk.incubator.foreign");
            }
            return (guarded ? jvm.policy(policy(Policies.DENY_ALL)) : jvm).talk("com.example.exits.Exits");
        });
    }

    private static Conversation requests(Jdk jdk, boolean guarded) {
        return CHILDREN.computeIfAbsent(jdk + " requests " + guarded, key -> {
            ChildJvm jvm = new ChildJvm(jdk, directory)
                    .classPath(java.util.stream.Stream.concat(
                                    Product.httpClients("okhttp").stream(), java.util.stream.Stream.of(Product.JAR))
                            .toList())
                    .option("-Djdk.net.hosts.file=" + hosts());
            return (guarded ? jvm.policy(policy(REQUESTS)) : jvm).talk("com.example.http.Requests");
        });
    }

    private static Path hosts() {
        try {
            return Files.writeString(
                    path("hosts-of-requests"), "127.0.0.1 a.test\n127.0.0.1 b.test\n127.0.0.1 proxy.test\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path policy(String text) {
        try {
            return Policies.write(Files.createTempDirectory(directory, "policy"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
