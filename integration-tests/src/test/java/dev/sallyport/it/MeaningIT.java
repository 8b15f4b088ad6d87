package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a policy means for names, proxies, modes and nobody's code, and what a refused program is told. */
class MeaningIT {

    @TempDir
    Path directory;

    private TcpFarEnd farEnd;

    @BeforeEach
    void open() {
        farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
    }

    @AfterEach
    void close() {
        farEnd.close();
    }

    @EachJdk
    void aNameThatThisJvmResolvedIsAllowedByItsRule(Jdk jdk) {
        Exited exited = run(jdk, NAMED_ANY, "name", "api.psp.example", port());

        assertThat(exited.out()).as(exited.err()).isEqualTo("connected\n");
        assertThat(farEnd.seen()).isEqualTo(1);
    }

    @EachJdk
    void aPrivateAnswerForAPublicNameIsRefused(Jdk jdk) {
        Exited exited = run(jdk, NAMED_PUBLIC, "name", "api.psp.example", port());

        assertRefused(exited, "rebinding");
    }

    @EachJdk
    void aNameThatAnAddressClaimsIsNotTrusted(Jdk jdk) {
        Exited exited = run(jdk, NAMED_ANY, "claim", "api.psp.example", "127.0.0.1", port());

        assertRefused(exited, "default-deny");
        assertThat(Journals.connects(journal())).singleElement().satisfies(entry -> {
            assertThat(entry.claimed()).isEqualTo("api.psp.example");
            assertThat(entry.target().name()).isNull();
            assertThat(entry.target().address()).isEqualTo("127.0.0.1");
        });
    }

    @EachJdk
    void aLiteralAddressIsNotAllowedByANameThatResolvesToIt(Jdk jdk) {
        assertRefused(run(jdk, NAMED_ANY, "address", "127.0.0.1", port()), "default-deny");
    }

    @EachJdk
    void aTargetBehindAnAllowedSocksProxyIsRefused(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: proxy, via: [tcp], to: ["127.0.0.1:%d"], action: allow}
                """.formatted(farEnd.port()));

        Exited exited = run(jdk, policy, "socks", port(), "collect.acme.example", "443");

        assertRefused(exited, "default-deny");
        assertThat(exited.err()).contains("collect.acme.example");
    }

    @EachJdk
    void aTargetThatIsAllowedIsAskedOfAnAllowedSocksProxy(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: proxy, via: [tcp], to: ["127.0.0.1:%d"], action: allow}
                  - {id: acme, via: [tcp], to: [collect.acme.example], action: allow}
                """.formatted(farEnd.port()));

        Exited exited = run(jdk, policy, "socks", port(), "collect.acme.example", "443");

        assertThat(farEnd.seen()).isEqualTo(1);
        assertThat(exited.err()).doesNotContain("DENIED");
        assertThat(Journals.connects(journal()))
                .extracting(entry -> entry.rule() + " " + entry.target().name() + ":"
                        + entry.target().port())
                .containsExactly("acme collect.acme.example:443", "proxy localhost:" + farEnd.port());
    }

    @EachJdk
    void aCallThatNobodysFrameStandsBehindIsRefusedEvenWhereAllIsAllowed(Jdk jdk) {
        List<String> ways = new ArrayList<>(List.of("pool", "thread", "fork-join", "scheduled", "delayed", "cleaner"));
        if (jdk.feature() >= 21) {
            ways.add("virtual");
        }
        for (String way : ways) {
            int before = farEnd.seen();
            Exited without = jvm(jdk).run("com.example.exits.NoFrame", farEnd.target(), way);
            assertThat(without.out()).as(without.err()).isEqualTo("connected\n");
            assertThat(farEnd.seen()).isEqualTo(before + 1);

            Exited with = jvm(jdk).policy(Policies.write(directory, Policies.ALLOW_ALL))
                    .run("com.example.exits.NoFrame", farEnd.target(), way);

            assertThat(with.out()).as(with.err()).isEqualTo("not connected\n");
            assertThat(farEnd.seen()).as(way).isEqualTo(before + 1);
        }
        assertThat(Journals.connects(journal()))
                .hasSize(ways.size())
                .extracting(JournalEntry::rule)
                .containsOnly("no-identity");
    }

    @EachJdk
    void aFinalizerAndAMethodReferenceAreOfTheLibraryThatHasThem(Jdk jdk) {
        for (String way : List.of("finalizer", "reference")) {
            int before = farEnd.seen();
            jvm(jdk).run("com.example.exits.NoFrame", farEnd.target(), way);
            assertThat(farEnd.seen()).as(way).isGreaterThan(before);
            before = farEnd.seen();
            String policy = Policies.with(
                    "egress: [{id: strangers, library: {not: [\"com.shop:*\"]}, to: [\"*\"], action: deny}]\n");

            jvm(jdk).policy(Policies.write(directory, policy)).run("com.example.exits.NoFrame", farEnd.target(), way);

            assertThat(farEnd.seen()).as(way).isEqualTo(before);
        }
        assertThat(Journals.connects(journal()))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.rule()).isEqualTo("strangers"))
                .allSatisfy(entry -> assertThat(entry.library()).startsWith("com.example:exits:"));
    }

    @EachJdk
    void theOldSocketsOfJdk17AreGuardedToo(Jdk jdk) {
        assumeTrue(jdk.feature() == 17, "JDK " + jdk.feature() + " has no other sockets");
        Exited without = jvm(jdk).option("-Djdk.net.usePlainSocketImpl")
                .run("com.example.exits.Connect", "address", "127.0.0.1", port());
        assertThat(without.out()).as(without.err()).isEqualTo("connected\n");
        int before = farEnd.seen();

        Exited with = jvm(jdk).option("-Djdk.net.usePlainSocketImpl")
                .policy(Policies.write(directory, Policies.DENY_ALL))
                .run("com.example.exits.Connect", "address", "127.0.0.1", port());

        assertThat(with.err()).contains("dev.sallyport.EgressDeniedException");
        assertThat(farEnd.seen()).isEqualTo(before);
    }

    @EachJdk
    void inMonitorModeACallArrivesAndTheJournalSaysWhatWouldHaveBeen(Jdk jdk) {
        Exited exited = jvm(jdk).agent(
                        "mode=monitor,policy=" + Policies.write(directory, Policies.DENY_ALL) + ",journal=" + journal())
                .run("com.example.exits.Connect", "address", "127.0.0.1", port());

        assertThat(exited).isEqualTo(new Exited(0, "connected\n", ""));
        assertThat(farEnd.seen()).isEqualTo(1);
        assertThat(Journals.connects(journal())).singleElement().satisfies(entry -> {
            assertThat(entry.decision()).isEqualTo("allow");
            assertThat(entry.mode()).isEqualTo("monitor");
            assertThat(entry.would()).isEqualTo("deny");
            assertThat(entry.target().port()).isEqualTo(farEnd.port());
        });
    }

    @EachJdk
    void aRuleInMonitorModeDoesNotDecide(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: soon, via: [tcp], to: ["*"], action: deny, mode: monitor}
                  - {id: all, to: ["*"], action: allow}
                """);

        assertThat(run(jdk, policy, "address", "127.0.0.1", port()).out()).isEqualTo("connected\n");
        assertThat(farEnd.seen()).isEqualTo(1);
        assertThat(Journals.connects(journal())).singleElement().satisfies(entry -> {
            assertThat(entry.rule()).isEqualTo("all");
            assertThat(entry.would()).isEqualTo("deny");
            assertThat(entry.wouldRule()).isEqualTo("soon");
        });
    }

    @EachJdk
    void aRefusedProgramIsToldWhatHappenedToWhomByWhichRuleAndWhatToDo(Jdk jdk) {
        String policy = Policies.with("""
                agents: {refund: {}}
                egress:
                  - {id: no-loopback, via: [tcp], to: ["127.0.0.0/8"], action: deny}
                """);
        Exited exited = jvm(jdk).agent(
                        "agent=refund,policy=" + Policies.write(directory, policy) + ",journal=" + journal())
                .run("com.example.exits.Connect", "address", "127.0.0.1", port());

        assertThat(exited.status()).isEqualTo(1);
        String id = Journals.connects(journal()).get(0).id();
        assertThat(exited.err())
                .contains(
                        "DENIED refund -> 127.0.0.1:" + farEnd.port(),
                        "no-loopback",
                        "it@1",
                        "policy.yaml:7",
                        "stage=connect mode=enforce",
                        "com.example.exits.Connect.connect(Connect.java:",
                        id,
                        "sallyport explain " + id);

        Exited explained = new ChildJvm(jdk, directory)
                .option("-jar")
                .run(
                        Product.JAR.toString(),
                        "explain",
                        id,
                        "--journal",
                        journal().toString());

        assertThat(explained.status()).as(explained.toString()).isZero();
        assertThat(explained.out()).contains(id, "refund", "no-loopback", "127.0.0.1:" + farEnd.port());
    }

    private static final String NAMED_ANY = Policies.with("""
            groups:
              psp: {fqdn: [api.psp.example], resolved: any}
            egress:
              - {id: psp, to: [psp], action: allow}
            """);

    private static final String NAMED_PUBLIC = Policies.with("""
            egress:
              - {id: psp, to: [api.psp.example], action: allow}
            """);

    private void assertRefused(Exited exited, String rule) {
        assertThat(farEnd.seen()).as("connections").isZero();
        assertThat(exited.out()).isEmpty();
        assertThat(exited.status()).isEqualTo(1);
        assertThat(exited.err()).contains("DENIED", rule);
        assertThat(Journals.read(journal()))
                .filteredOn(JournalEntry::denied)
                .extracting(JournalEntry::rule)
                .containsExactly(rule);
    }

    private Exited run(Jdk jdk, String policy, String... arguments) {
        return jvm(jdk).policy(Policies.write(directory, policy)).run("com.example.exits.Connect", arguments);
    }

    private ChildJvm jvm(Jdk jdk) {
        try {
            Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 api.psp.example\n");
            return new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .option("-Djdk.net.hosts.file=" + hosts);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    private String port() {
        return Integer.toString(farEnd.port());
    }
}
