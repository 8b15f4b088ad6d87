package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What code that a client calls back may do while an allowed request of the client's is on its way: nothing more. */
class ClientCallbacksIT {

    private static final String POLICY = Policies.with("""
            groups:
              a: {fqdn: [a.test], resolved: private}
            agents:
              reader: {}
            egress:
              - {id: names, via: [dns], to: [a], action: allow}
              - {id: read, agent: [reader], to: [%s], http: [{method: GET, path: /ok/*}], action: allow}
              - {id: no-library, via: [native], to: ["**/libinside.so"], action: deny}
            """);

    @TempDir
    Path directory;

    private final HttpFarEnd a = new HttpFarEnd();

    @AfterEach
    void closeFarEnd() {
        a.close();
    }

    @EachJdk
    void anInterceptorSendsNothingThatWasNotDecidedAndOpensNoSocketOfItsOwn(Jdk jdk) throws IOException {
        for (String module : List.of("okhttp", "okhttp3", "okhttp5")) {
            int before = a.requests().size();
            try (Conversation child = jvm(jdk, module, "a").talk("com.example.http.Requests")) {
                assertThat(ask(child, "okhttp-misused", "/ok/plain")).isEqualTo("200");
                assertThat(ask(child, "okhttp-misused", "/ok/rewrite")).contains("EgressDeniedException");
                assertThat(ask(child, "okhttp-misused", "/ok/host")).contains("EgressDeniedException");
                assertThat(ask(child, "okhttp-misused", "/ok/raw")).contains("EgressDeniedException");
                assertThat(ask(child, "okhttp-misused", "/ok/posing")).contains("EgressDeniedException");
                assertThat(ask(child, "okhttp-misused", "/ok/again")).isEqualTo("200");
            }
            assertThat(a.requests().subList(before, a.requests().size()))
                    .containsExactly("GET /ok/plain", "GET /ok/again");
        }
    }

    @EachJdk
    void aClientInNativeCodeIsDecidedWhereItIsCalled(Jdk jdk) throws IOException {
        try (Conversation child = jvm(jdk, "classic", "127.0.0.1").talk("com.example.http.Requests")) {
            String url = "http://127.0.0.1:" + a.port();
            assertThat(child.ask("aws-crt", "-", "reader", "GET", url + "/ok/1"))
                    .isEqualTo("200");
            assertThat(child.ask("aws-crt", "-", "reader", "GET", url + "/secret"))
                    .contains("EgressDeniedException");
            assertThat(child.ask("aws-crt", "-", "-", "GET", url + "/ok/1")).contains("EgressDeniedException");
        }
        assertThat(a.requests()).containsExactly("GET /ok/1");
    }

    @EachJdk
    void whatADecisionAsksOfTheApplicationsObjectsIsNoWayRoundTheNextDecision(Jdk jdk) throws IOException {
        Path library = directory.resolve("libinside.so");
        try (Conversation child =
                        jvm(jdk, "classic", "a").option("-Dinside=" + library).talk("com.example.http.Requests");
                NativeFarEnd loaded = new NativeFarEnd(library, jdk, child.pid())) {
            assertThat(ask(child, "apache4-inside", "/ok/1")).isEqualTo("200");
            assertThat(ask(child, "apache4-inside", "/ok/2")).isEqualTo("200");

            assertThat(loaded.seen()).isZero();
        }
        assertThat(a.requests()).containsExactly("GET /ok/1", "GET /ok/2");
    }

    private String ask(Conversation child, String client, String path) {
        return child.ask(client, "-", "reader", "GET", "http://a.test:" + a.port() + path);
    }

    private ChildJvm jvm(Jdk jdk, String module, String allowed) throws IOException {
        Path own = Files.createTempDirectory(directory, "child");
        Path hosts = Files.writeString(own.resolve("hosts"), "127.0.0.1 a.test\n");
        return new ChildJvm(jdk, own)
                .option("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-Dsallyport.log=error")
                .classPath(new ArrayList<>(Product.httpClients(module)))
                .policy(Policies.write(own, POLICY.formatted(allowed)));
    }
}
