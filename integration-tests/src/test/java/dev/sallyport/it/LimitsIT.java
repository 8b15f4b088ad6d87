package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What a limit gives is all that the far end sees. */
class LimitsIT {

    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";

    @TempDir
    Path directory;

    @EachJdk
    void theFourthConnectOfThreeDoesNotArrive(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.connects, key: agent, per: 1h, max: 3, action: deny}");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            for (int i = 0; i < 3; i++) {
                assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
            }
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isEqualTo(3);
            assertThat(child.errors()).contains("rule    rate", "3 are used of at most 3 egress.connects within 1h");
            assertThat(child.ask("fraud-check", "connect", farEnd.target(), "0"))
                    .isEqualTo("ok");
        }
        assertThat(Journals.connects(jvm.journal()))
                .extracting(JournalEntry::rule)
                .containsExactly("all", "all", "all", "rate", "all");
    }

    @EachJdk
    void theThirdRequestOfTwoDoesNotArriveOnAPooledConnectionEither(Jdk jdk) {
        for (String client : List.of("url", "client")) {
            ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.requests, per: 1h, max: 2, action: deny}");
            try (HttpFarEnd farEnd = new HttpFarEnd();
                    Conversation child = jvm.talk("com.example.exits.Spender")) {
                String url = "http://127.0.0.1:" + farEnd.port() + "/orders";
                assertThat(child.ask("refund", client, url, "0")).isEqualTo("ok 200");
                assertThat(child.ask("refund", client, url, "0")).isEqualTo("ok 200");
                assertThat(child.ask("refund", client, url, "0")).isEqualTo(REFUSED);
                assertThat(farEnd.requests()).hasSize(2);
                assertThat(farEnd.connections()).isEqualTo(1);
            }
        }
    }

    @EachJdk
    void aChangeOfThePolicyDoesNotRenewABudget(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.connects, per: 1h, max: 1}");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo(REFUSED);
            write("- {id: rate, count: egress.connects, per: 1h, max: 2}");
            awaitInForce(child, 1);
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isEqualTo(2);
        }
    }

    @EachJdk
    void aLimitInMonitorModeRefusesNothingAndSaysWhatItWould(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.connects, per: 1h, max: 1, mode: monitor}");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            child.ask("refund", "connect", farEnd.target(), "0");
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
            assertThat(farEnd.seen()).isEqualTo(2);
        }
        assertThat(Journals.connects(jvm.journal()))
                .extracting(JournalEntry::decision, JournalEntry::would, JournalEntry::wouldRule)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("allow", null, null),
                        org.assertj.core.groups.Tuple.tuple("allow", "deny", "rate"));
    }

    @EachJdk
    void theServerReceivesNoMoreThanTheBytesOfTheBudget(Jdk jdk) throws Exception {
        for (String way : List.of("socket", "channel", "gather", "async", "sendfile")) {
            ChildJvm jvm = jvm(jdk, "- {id: bytes, sum: egress.bytesOut, per: 1h, max: 10kB, action: deny}");
            try (ByteFarEnd farEnd = new ByteFarEnd();
                    Conversation child = jvm.talk("com.example.exits.Spender")) {
                assertThat(child.ask("refund", way, farEnd.target(), "4500"))
                        .as(way)
                        .isEqualTo("ok");
                assertThat(child.ask("refund", way, farEnd.target(), "9000"))
                        .as(way)
                        .doesNotStartWith("ok");
                child.end();
                assertThat(farEnd.received()).as(way).isBetween(9_000L, 10_000L);
            }
        }
    }

    @EachJdk
    void eachTaskHasABudgetOfItsOwnThatEndsWithIt(Jdk jdk) throws Exception {
        ChildJvm jvm = jvm(jdk, "- {id: bytes, sum: egress.bytesOut, per: task, max: 10kB, action: deny}");
        try (ByteFarEnd farEnd = new ByteFarEnd();
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "task-socket", farEnd.target(), "9000"))
                    .isEqualTo("ok");
            assertThat(child.ask("refund", "task-socket", farEnd.target(), "9000"))
                    .isEqualTo("ok");
            assertThat(child.ask("refund", "task-socket", farEnd.target(), "12000"))
                    .doesNotStartWith("ok");
            assertThat(child.ask("refund", "socket", farEnd.target(), "12000")).isEqualTo("ok");
            child.end();
            assertThat(farEnd.received()).isEqualTo(9_000 + 9_000 + 10_000 + 12_000);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(entry -> "bytes".equals(entry.rule()))
                .singleElement()
                .matches(JournalEntry::denied)
                .extracting(JournalEntry::task)
                .asString()
                .startsWith("process-refund/");
    }

    @EachJdk
    void whatIsMeantDuringATaskAloneConcernsNothingElse(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.connects, during: [process-refund], per: 1h, max: 1}");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "task-connect", farEnd.target(), "0"))
                    .isEqualTo("ok");
            assertThat(child.ask("refund", "task-connect", farEnd.target(), "0"))
                    .isEqualTo(REFUSED);
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
            assertThat(farEnd.seen()).isEqualTo(2);
        }
    }

    @EachJdk
    void beyondALimitThatWantsAnApprovalNothingHappensAndTheDenialSaysWhoseItNeeds(Jdk jdk) {
        ChildJvm jvm = jvm(
                jdk,
                "- {id: refund-total, tool: [issueRefund], sum: args.amountMinor, key: args.customerId, per: 24h,"
                        + " max: 200000, action: approve, approval: finance}");
        try (Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "tool", "c7", "150000")).isEqualTo("ok");
            assertThat(child.ask("refund", "tool", "c7", "60000")).startsWith("refused");
            assertThat(child.ask("refund", "tool", "c8", "60000")).isEqualTo("ok");
            assertThat(child.errors())
                    .contains("refunded 150000 to c7", "refunded 60000 to c8")
                    .contains("150000 are used of at most 200000", "needs approval 'finance', and nobody can be asked")
                    .doesNotContain("refunded 60000 to c7");
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(entry -> "refund-total".equals(entry.rule()))
                .extracting(JournalEntry::decision, JournalEntry::would)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("deny", "approve"));
    }

    @EachJdk
    void datagramsGoOutWithinTheBudgetAlone(Jdk jdk) {
        for (String way : List.of("datagram", "connected-datagram")) {
            ChildJvm jvm = jvm(jdk, "- {id: bytes, sum: egress.bytesOut, per: 1h, max: 3000, action: deny}");
            try (UdpFarEnd farEnd = new UdpFarEnd();
                    Conversation child = jvm.talk("com.example.exits.Spender")) {
                assertThat(child.ask("refund", way, farEnd.target(), "5000"))
                        .as(way)
                        .isEqualTo(REFUSED);
                child.end();
                assertThat(farEnd.seen()).as(way).isEqualTo(3);
            }
        }
    }

    @EachJdk
    void whatComesInBeyondTheBudgetIsNotHandedOver(Jdk jdk) throws Exception {
        ChildJvm jvm = jvm(jdk, "- {id: bytes, sum: egress.bytesIn, per: 1h, max: 1000, action: deny}");
        try (ByteFarEnd farEnd = new ByteFarEnd();
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "read", farEnd.target(), "1000")).isEqualTo("ok 1000");
            assertThat(child.ask("refund", "read", farEnd.target(), "1")).doesNotStartWith("ok");
        }
    }

    /** The JDK's newer client writes on threads of its own, which act for nobody. */
    @EachJdk
    void theBytesOfARequestCountForTheAgentThatMakesItOnAPooledConnectionToo(Jdk jdk) {
        for (String client : List.of("post", "client-post")) {
            ChildJvm jvm = jvm(jdk, "- {id: bytes, agent: refund, sum: egress.bytesOut, per: 1h, max: 4kB}");
            try (HttpFarEnd farEnd = new HttpFarEnd();
                    Conversation child = jvm.talk("com.example.exits.Spender")) {
                String url = "http://127.0.0.1:" + farEnd.port() + "/orders";
                assertThat(child.ask("refund", client, url, "1000")).as(client).isEqualTo("ok 200");
                assertThat(child.ask("fraud-check", client, url, "9000"))
                        .as(client)
                        .isEqualTo("ok 200");
                assertThat(child.ask("refund", client, url, "1000")).as(client).isEqualTo("ok 200");
                assertThat(child.ask("refund", client, url, "3000")).as(client).doesNotStartWith("ok");
                assertThat(child.ask("fraud-check", client, url, "9000"))
                        .as(client)
                        .isEqualTo("ok 200");
            }
        }
    }

    @EachJdk
    void aLimitOfBytesThatComesWithAChangedPolicyCountsWhatGoesOutFromThenOn(Jdk jdk) throws Exception {
        ChildJvm jvm = jvm(jdk, "- {id: rate, count: egress.connects, per: 1h, max: 100}");
        try (ByteFarEnd farEnd = new ByteFarEnd();
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "socket", farEnd.target(), "9000")).isEqualTo("ok");
            write("- {id: bytes, sum: egress.bytesOut, per: 1h, max: 1000}");
            awaitInForce(child, 1);
            assertThat(child.ask("refund", "socket", farEnd.target(), "9000")).doesNotStartWith("ok");
            write("- {id: rate, count: egress.connects, per: 1h, max: 100}");
            awaitInForce(child, 2);
            assertThat(child.ask("refund", "socket", farEnd.target(), "9000")).isEqualTo("ok");
            child.end();
            assertThat(farEnd.received()).isEqualTo(19_000);
        }
    }

    @EachJdk
    void whatKeepsFailingIsLeftAloneForAWhileAndThenTriedAgain(Jdk jdk) {
        for (String client : List.of("url", "client")) {
            ChildJvm jvm = jvm(jdk, "- {id: breaker, failureRate: 0.5, minCalls: 4, window: 1h, open: 5s}");
            try (HttpFarEnd farEnd = new HttpFarEnd();
                    Conversation child = jvm.talk("com.example.exits.Spender")) {
                String url = "http://127.0.0.1:" + farEnd.port() + "/orders";
                assertThat(child.ask("refund", client, url, "0")).as(client).isEqualTo("ok 200");
                farEnd.status(503);
                for (int i = 0; i < 3; i++) {
                    assertThat(child.ask("refund", client, url, "0")).as(client).isEqualTo("ok 503");
                }
                assertThat(child.ask("refund", client, url, "0")).as(client).isEqualTo(REFUSED);
                assertThat(farEnd.requests()).as(client).hasSize(4);
                assertThat(child.errors()).contains("rule    breaker", "calls to 127.0.0.1 failed");
                farEnd.status(200);
                awaitOk(child, client, url);
                assertThat(child.ask("refund", client, url, "0")).as(client).isEqualTo("ok 200");
            }
        }
    }

    @EachJdk
    void refusedConnectsOpenABreakerAndOthersGoOn(Jdk jdk) throws Exception {
        ChildJvm jvm = jvm(jdk, "- {id: breaker, to: [127.0.0.2], failureRate: 1, minCalls: 3, open: 1h}");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Spender")) {
            String nobody = "127.0.0.2:" + farEnd.port();
            assertThat(child.ask("refund", "connect", nobody, "0")).startsWith("failed java.net.ConnectException");
            assertThat(child.ask("refund", "channel", nobody, "1")).startsWith("failed java.net.ConnectException");
            assertThat(child.ask("refund", "connect", nobody, "0")).startsWith("failed java.net.ConnectException");
            assertThat(child.ask("refund", "connect", nobody, "0")).isEqualTo(REFUSED);
            assertThat(child.ask("refund", "connect", farEnd.target(), "0")).isEqualTo("ok");
        }
    }

    private static void awaitOk(Conversation child, String client, String url) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!child.ask("refund", client, url, "0").equals("ok 200")) {
            assertThat(System.nanoTime()).as(child.errors()).isLessThan(end);
        }
    }

    private static void awaitInForce(Conversation child, int changes) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (child.errors().split("is in force", -1).length <= changes) {
            assertThat(System.nanoTime()).as(child.errors()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private ChildJvm jvm(Jdk jdk, String limits) {
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .option("-Dsallyport.log=info")
                .policy(write(limits));
    }

    private Path write(String limits) {
        return Policies.write(directory, Policies.with("""
                agents: {refund: {}, fraud-check: {}}
                tasks: {process-refund: {startedBy: [refund], ttl: 10m}}
                approvals: {finance: {approvers: ["group:finance"]}}
                egress:
                  - {id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}
                  - {id: all-paths, via: [unix, process, native, attach], to: ["**"], action: allow}
                limits:
                """ + "  " + limits + "\n"));
    }
}
