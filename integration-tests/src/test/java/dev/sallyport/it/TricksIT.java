package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What hostile code cannot do with what every program has: callbacks, links, threads, hidden classes, properties. */
class TricksIT {

    @TempDir
    Path directory;

    private HttpFarEnd server;

    @BeforeEach
    void open() {
        server = new HttpFarEnd();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @EachJdk
    void aSocketThatAProxySelectorOpensIsNotThatOfTheRequest(Jdk jdk) {
        Exited exited = run(jdk, """
                groups:
                  psp: {fqdn: [api.psp.example], resolved: any}
                egress:
                  - {id: psp, to: [psp], http: [{path: /allowed}], action: allow}
                """, "selector", "api.psp.example", port());

        assertThat(exited.out()).as(exited.err()).isEqualTo("dev.sallyport.EgressDeniedException\nselected\n");
    }

    @EachJdk
    void closingAScopeInsideARequestDoesNotLeaveTheAgent(Jdk jdk) {
        Exited exited = run(jdk, """
                agents: {boss: {delegatesTo: [worker]}, worker: {}}
                egress:
                  - {id: all, to: ["*"], action: allow}
                """, "closing", port());

        assertThat(exited.out()).as(exited.err()).isEqualTo("selected\nworker\n");
    }

    @EachJdk
    void theOldDatagramSocketsOfJdk17AreGuardedToo(Jdk jdk) {
        assumeTrue(jdk.feature() == 17, "JDK " + jdk.feature() + " has no other sockets");
        try (UdpFarEnd farEnd = new UdpFarEnd()) {
            String port = farEnd.target().substring(farEnd.target().indexOf(':') + 1);

            Exited exited = run(jdk, "egress: []\n", "datagram", port);

            assertThat(exited.out()).as(exited.err()).isEqualTo("dev.sallyport.EgressDeniedException\n");
            assertThat(farEnd.seen()).isZero();
        }
    }

    @EachJdk
    void aPathThatClimbsOutOfALinkIsTheFileThatItLeadsTo(Jdk jdk) throws IOException {
        Path deep = Files.createDirectories(directory.resolve("elsewhere/deep"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), deep);
        Path evil = script(directory.resolve("elsewhere/tool"), "evil");
        Path tool = script(directory.resolve("tool"), "good");
        String policy = "egress:\n  - {id: tool, via: [process], to: [\"" + tool + "\"], action: allow}\n";

        assertThat(run(jdk, policy, "start", tool.toString()).out()).isEqualTo("good\n");
        assertThat(run(jdk, policy, "start", evil.toString()).out()).isEqualTo("refused\n");
        assertThat(run(jdk, policy, "start", link + "/../tool").out()).isEqualTo("refused\n");
    }

    @EachJdk
    void aFileThatIsDeniedIsDeniedThroughALink(Jdk jdk) throws IOException {
        Path tool = script(directory.resolve("tool"), "evil");
        Path link = Files.createSymbolicLink(directory.resolve("other"), tool);
        String policy = "egress:\n  - {id: no-tool, via: [process], to: [\"" + tool.toRealPath()
                + "\"], action: deny}\n" + "  - {id: others, via: [process], to: [\"**\"], action: allow}\n";

        assertThat(run(jdk, policy, "start", link.toString()).out()).isEqualTo("refused\n");
    }

    @EachJdk
    void aHiddenClassIsOfTheLibraryThatMadeIt(Jdk jdk) {
        Exited exited = run(jdk, "egress: [{id: all, to: [\"*\"], action: allow}]\n", "hidden", port());

        assertThat(exited.out()).as(exited.err()).isEqualTo("connected true\n");
        assertThat(Journals.connects(journal()))
                .singleElement()
                .extracting(JournalEntry::site)
                .asString()
                .startsWith("com.example.exits.Tricks$Connecting:");
    }

    @EachJdk
    void eachValueOfAHeaderCountsAndCredentialsToo(Jdk jdk) {
        Exited exited = run(jdk, """
                egress:
                  - {id: none, to: [127.0.0.1], http: [{header: {Authorization: "*"}}], action: deny}
                  - {id: acme, to: [127.0.0.1], http: [{header: {X-Tenant: acme}}], action: allow}
                """, "header", "http://127.0.0.1:" + port() + "/");

        assertThat(exited.out()).as(exited.err()).isEqualTo("dev.sallyport.EgressDeniedException\n".repeat(2));
        assertThat(server.requests()).isEmpty();
    }

    @EachJdk
    void aProxyThatOnlyTheJdkIsToldOfIsNotAskedForADeniedTarget(Jdk jdk) {
        try (TcpFarEnd proxy = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String rule = "egress:\n  - {id: proxy, via: [tcp], to: [\"*:" + proxy.port() + "\"], action: allow}\n";

            Exited exited = run(jdk, rule, "properties", Integer.toString(proxy.port()), "collect.acme.example");

            assertThat(exited.out()).as(exited.err()).isEqualTo("dev.sallyport.EgressDeniedException\n");
            assertThat(proxy.seen()).isZero();
        }
    }

    @EachJdk
    void aRequestWhoseBodyMayHoldAnotherIsAllowedOnlyWhereAllAre(Jdk jdk) {
        String rule = """
                groups:
                  psp: {fqdn: [api.psp.example], resolved: any}
                egress:
                  - {id: one, to: [psp], http: [{path: /one}], action: allow}
                """;
        String url = "http://api.psp.example:" + port() + "/one";

        assertThat(run(jdk, rule, "framed", url).out()).isEqualTo("denied\ndenied\n");
        assertThat(server.requests()).isEmpty();
    }

    @EachJdk
    void aHostThatIsOnlyNamedInAHeaderIsNotAllowedByARuleOfAddresses(Jdk jdk) {
        String rule = """
                groups:
                  psp: {fqdn: [api.psp.example], resolved: any}
                egress:
                  - {id: one, to: [psp, 192.0.2.1], http: [{path: /one}], action: allow}
                """;
        String url = "http://api.psp.example:" + port() + "/one";

        assertThat(run(jdk, rule, "framed", url).out()).isEqualTo("denied\ndenied\n");
        assertThat(server.requests()).isEmpty();
    }

    @EachJdk
    void thePolicyIsWatchedByAThreadThatWasInterrupted(Jdk jdk) throws IOException {
        Path denyAll = Files.writeString(directory.resolve("deny.yaml"), Policies.DENY_ALL);

        Exited exited = run(
                jdk,
                "egress: [{id: all, to: [\"*\"], action: allow}]\n",
                "interrupt",
                directory.resolve("policy.yaml").toString(),
                denyAll.toString(),
                port());

        assertThat(exited.out()).as(exited.err()).isEqualTo("dev.sallyport.EgressDeniedException\n");
    }

    private static Path script(Path file, String says) throws IOException {
        Files.writeString(file, "#!/bin/sh\necho " + says + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toRealPath();
    }

    private Exited run(Jdk jdk, String sections, String... arguments) {
        try {
            Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 api.psp.example\n");
            return new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .option("-Djdk.net.hosts.file=" + hosts)
                    .policy(Policies.write(directory, Policies.with(sections)))
                    .run("com.example.exits.Tricks", arguments);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    private String port() {
        return Integer.toString(server.port());
    }
}
