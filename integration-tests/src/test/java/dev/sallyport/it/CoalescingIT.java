package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One HTTP/2 connection for two hosts: both have the same address, and the certificate names both, so that a client may send the
 * requests to the second on the connection to the first (RFC 9113, section 9.1.1). Each is decided by its own host.
 */
class CoalescingIT {

    private static final String POLICY = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
              both: {fqdn: [a.test, b.test], resolved: private}
            agents:
              reader: {}
              writer: {}
            egress:
              - {id: names, via: [dns], to: [both], action: allow}
              - {id: read-a, agent: [reader], to: [a], http: [{method: GET, path: /ok/*}], action: allow}
              - {id: write-b, agent: [writer], to: [both], http: [{method: POST, path: /ok/*}], action: allow}
            """);

    /**
     * A client that speaks HTTP/2 over TLS.
     *
     * @param coalesces whether it is known to send requests to several hosts on one connection
     */
    private record Row(String module, String client, String wiring, boolean coalesces) {

        @Override
        public String toString() {
            return client + " in " + module;
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row("okhttp", "okhttp", "-", true),
            new Row("okhttp3", "okhttp", "-", true),
            new Row("okhttp5", "okhttp", "-", true),
            new Row("jdk", "send", "h2", false),
            new Row("classic", "apache5-async", "h2", false));

    @TempDir
    static Path directory;

    private static Path hosts;
    private static SelfMadeCertificate certificate;

    @BeforeAll
    static void nameTheFarEnds() throws Exception {
        hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 a.test\n127.0.0.1 b.test\n");
        certificate = SelfMadeCertificate.of(directory, "a.test", "b.test");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void aRequestToTheSecondHostIsDecidedAsOne(Jdk jdk, Row row) throws Exception {
        try (Http2FarEnd farEnd = new Http2FarEnd(tls())) {
            String a = "https://a.test:" + farEnd.port();
            String b = "https://b.test:" + farEnd.port();
            try (Conversation unguarded = child(jdk, row, false)) {
                assertThat(unguarded.ask(row.client(), row.wiring(), "-", "GET", a + "/ok/1"))
                        .isEqualTo("200");
                assertThat(unguarded.ask(row.client(), row.wiring(), "-", "GET", b + "/ok/1"))
                        .isEqualTo("200");
                assertThat(farEnd.hosts()).containsExactly("a.test", "b.test");
                assertThat(farEnd.connections()).isEqualTo(row.coalesces() ? 1 : 2);
            }
            int before = farEnd.connections();
            try (Conversation guarded = child(jdk, row, true)) {
                assertThat(guarded.ask(row.client(), row.wiring(), "reader", "GET", a + "/ok/2"))
                        .isEqualTo("200");
                assertThat(guarded.ask(row.client(), row.wiring(), "reader", "GET", b + "/ok/2"))
                        .contains("dev.sallyport.EgressDeniedException");
                assertThat(guarded.ask(row.client(), row.wiring(), "writer", "GET", b + "/ok/2"))
                        .contains("dev.sallyport.EgressDeniedException");
                assertThat(farEnd.hosts()).containsExactly("a.test", "b.test", "a.test");

                assertThat(guarded.ask(row.client(), row.wiring(), "writer", "POST", b + "/ok/2"))
                        .isEqualTo("200");
                assertThat(farEnd.hosts()).containsExactly("a.test", "b.test", "a.test", "b.test");
                assertThat(farEnd.connections() - before).isEqualTo(row.coalesces() ? 1 : 2);
            }
        }
    }

    static List<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (Row row : ROWS) {
                rows.add(Arguments.of(jdk, row));
            }
        }
        return rows;
    }

    private static SslContext tls() throws Exception {
        return SslContextBuilder.forServer(certificate.keys())
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    private static Conversation child(Jdk jdk, Row row, boolean guarded) throws IOException {
        Path own = Files.createTempDirectory(directory, "child");
        List<Path> classPath = new ArrayList<>(Product.httpClients(row.module()));
        ChildJvm jvm = new ChildJvm(jdk, own)
                .option("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .option(certificate.trusting());
        if (guarded) {
            jvm.policy(Policies.write(own, POLICY)).option("-Dsallyport.log=error");
        } else {
            classPath.add(Product.JAR);
        }
        return jvm.classPath(classPath).talk("com.example.http.Requests");
    }
}
