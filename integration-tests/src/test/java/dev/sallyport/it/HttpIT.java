package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of the JDK's HTTP clients, by host, method, path and agent, on new and reused connections, after redirects
 * and through proxies. The far end counts requests and connections.
 */
class HttpIT {

    private static final List<String> CLIENTS = List.of("url", "send", "sendAsync");

    private static final String POLICY = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
              b: {fqdn: [b.test], resolved: private}
            agents:
              reader: {}
              writer: {}
            egress:
              - {id: names, via: [dns], to: [a, b], action: allow}
              - id: read
                agent: [unattributed, reader]
                to: [a]
                http: [{method: GET, path: /ok/*}, {method: GET, path: /away}]
                action: allow
              - {id: write, agent: [writer], to: [a], http: [{method: POST, path: /ok/*}], action: allow}
            %s
            """);

    @TempDir
    Path directory;

    private final HttpFarEnd a = new HttpFarEnd();
    private final HttpFarEnd b = new HttpFarEnd();
    private final List<String> steps = new ArrayList<>();

    @AfterEach
    void closeFarEnds() {
        a.close();
        b.close();
    }

    @EachJdk
    void aRequestIsDecidedByItsMethodAndPathOnAReusedConnection(Jdk jdk) throws IOException {
        for (String client : CLIENTS) {
            step(client, "-", "GET", onA("/ok/1"));
            step(client, "-", "GET", onA("/secret"));
            step(client, "-", "POST", onA("/ok/1"));
            step(client, "-", "GET", onA("/ok/2"));
        }

        List<String> outcomes = run(jvm(jdk, ""));

        assertThat(outcomes)
                .containsExactly(
                        "200",
                        "EgressDeniedException",
                        "EgressDeniedException",
                        "200",
                        "200",
                        "ConnectException <- EgressDeniedException",
                        "ConnectException <- EgressDeniedException",
                        "200",
                        "200",
                        "ExecutionException <- EgressDeniedException",
                        "ExecutionException <- EgressDeniedException",
                        "200");
        assertThat(a.requests())
                .containsExactly("GET /ok/1", "GET /ok/2", "GET /ok/1", "GET /ok/2", "GET /ok/1", "GET /ok/2");
        assertThat(denied()).hasSize(6);
    }

    @EachJdk
    void anAllowedClientKeepsItsConnection(Jdk jdk) throws IOException {
        for (int i = 0; i < 5; i++) {
            step("url", "-", "GET", onA("/ok/" + i));
        }
        for (int i = 0; i < 5; i++) {
            step("send", "-", "GET", onA("/ok/" + i));
        }

        assertThat(run(jvm(jdk, ""))).hasSize(10).containsOnly("200");

        assertThat(a.requests()).hasSize(10);
        assertThat(a.connections()).isEqualTo(2);
    }

    @EachJdk
    void aDeniedHostSeesNoConnection(Jdk jdk) throws IOException {
        for (String client : CLIENTS) {
            step(client, "-", "GET", onB("/ok/1"));
            step(client, "-", "GET", "http://127.0.0.1:" + b.port() + "/ok/1");
        }

        assertThat(run(jvm(jdk, ""))).hasSize(6).allMatch(outcome -> outcome.endsWith("EgressDeniedException"));

        assertThat(b.requests()).isEmpty();
        assertThat(denied()).hasSize(6);
    }

    @EachJdk
    void aRedirectToADeniedHostIsRefusedAtTheSecondHop(Jdk jdk) throws IOException {
        a.away(onB("/ok/1"));
        for (String client : CLIENTS) {
            step(client, "-", "GET", onA("/away"));
        }

        assertThat(run(jvm(jdk, ""))).hasSize(3).allMatch(outcome -> outcome.endsWith("EgressDeniedException"));

        assertThat(a.requests()).hasSize(3).containsOnly("GET /away");
        assertThat(b.requests()).isEmpty();
        assertThat(denied()).hasSize(3);
    }

    @EachJdk
    void aRedirectToADeniedPathOfTheSameHostIsRefused(Jdk jdk) throws IOException {
        a.away("/secret");
        for (String client : CLIENTS) {
            step(client, "-", "GET", onA("/away"));
        }

        assertThat(run(jvm(jdk, ""))).hasSize(3).allMatch(outcome -> outcome.endsWith("EgressDeniedException"));

        assertThat(a.requests()).hasSize(3).containsOnly("GET /away");
    }

    @EachJdk
    void aConnectionThatOneAgentOpenedIsNoWayOutForAnother(Jdk jdk) throws IOException {
        for (String client : CLIENTS) {
            step(client, "reader", "GET", onA("/ok/1"));
            step(client, "writer", "GET", onA("/ok/1"));
            step(client, "writer", "POST", onA("/ok/1"));
            step(client, "reader", "POST", onA("/ok/1"));
        }

        List<String> outcomes = run(jvm(jdk, ""));

        for (int i = 0; i < outcomes.size(); i += 4) {
            assertThat(outcomes.get(i)).isEqualTo("200");
            assertThat(outcomes.get(i + 1)).endsWith("EgressDeniedException");
            assertThat(outcomes.get(i + 2)).isEqualTo("200");
            assertThat(outcomes.get(i + 3)).endsWith("EgressDeniedException");
        }
        assertThat(a.requests())
                .containsExactly("GET /ok/1", "POST /ok/1", "GET /ok/1", "POST /ok/1", "GET /ok/1", "POST /ok/1");
        assertThat(denied()).extracting(JournalEntry::agent).containsOnly("reader", "writer");
    }

    @EachJdk
    void aTargetBehindAnAllowedProxyMustBeAllowedToo(Jdk jdk) throws IOException {
        for (String client : CLIENTS) {
            step(client, "-", "GET", "http://a.test/ok/1");
            step(client, "-", "GET", "http://b.test/ok/1");
        }
        ChildJvm jvm = jvm(jdk, "  - {id: proxy, via: [tcp], to: [\"127.0.0.1:" + b.port() + "\"], action: allow}");

        List<String> outcomes = run(jvm.option(
                "-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=" + b.port(), "-Dhttp.nonProxyHosts=nothing.test"));

        assertThat(b.requests()).hasSize(3).containsOnly("GET http://a.test/ok/1");
        for (int i = 0; i < outcomes.size(); i += 2) {
            assertThat(outcomes.get(i)).isEqualTo("200");
            assertThat(outcomes.get(i + 1)).endsWith("EgressDeniedException");
        }
    }

    @EachJdk
    void anAllowedTargetBehindADeniedProxyIsRefused(Jdk jdk) throws IOException {
        for (String client : CLIENTS) {
            step(client, "-", "GET", "http://a.test/ok/1");
        }

        List<String> outcomes = run(jvm(jdk, "")
                .option(
                        "-Dhttp.proxyHost=127.0.0.1",
                        "-Dhttp.proxyPort=" + b.port(),
                        "-Dhttp.nonProxyHosts=nothing.test"));

        assertThat(outcomes).hasSize(3).allMatch(outcome -> outcome.endsWith("EgressDeniedException"));
        assertThat(b.requests()).isEmpty();
        // HttpURLConnection asks the proxy a second time, as it does when a proxy is down.
        assertThat(denied())
                .hasSizeBetween(3, 4)
                .allMatch(entry -> entry.stage().equals("connect"));
    }

    private String onA(String path) {
        return "http://a.test:" + a.port() + path;
    }

    private String onB(String path) {
        return "http://b.test:" + b.port() + path;
    }

    private void step(String client, String agent, String method, String url) {
        steps.addAll(List.of(client, agent, method, url));
    }

    private ChildJvm jvm(Jdk jdk, String moreRules) throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 a.test\n127.0.0.1 b.test\n");
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .policy(Policies.write(directory, POLICY.formatted(moreRules)))
                .option("-Djdk.net.hosts.file=" + hosts, "-Dsallyport.log=error");
    }

    private List<String> run(ChildJvm jvm) {
        Exited exited = jvm.run("com.example.exits.Requests", steps.toArray(new String[0]));
        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(exited.err()).isEmpty();
        return exited.out().lines().toList();
    }

    private List<JournalEntry> denied() {
        return Journals.read(directory.resolve("journal")).stream()
                .filter(entry -> "deny".equals(entry.decision()))
                .toList();
    }
}
