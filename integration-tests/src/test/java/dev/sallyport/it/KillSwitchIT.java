package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Who is stopped does nothing more, whatever the policy allows, until released; what rules do changes without a reload. */
class KillSwitchIT {

    private static final String ALLOWED = "ok";
    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";
    private static final int PATIENCE_MILLIS = 30_000;

    private static final String AGENTS = """
            agents:
              orchestrator: {delegatesTo: [refund, fraud-check]}
              refund: {}
              fraud-check: {}
            """;

    @TempDir
    Path directory;

    @EachJdk
    void stoppingEverythingClosesWhatIsOpenAndDeniesAllUntilReleased(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.escapes()))
                .policy(policy);
        try (ServerSocket server = server();
                Conversation child = jvm.talk("com.example.escapes.Escapes")) {
            assertThat(child.ask("held-socket", target(server))).isEqualTo(ALLOWED);
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);

                long start = System.nanoTime();
                state("kill all ana: everybody is refunded\n");
                int read = accepted.getInputStream().read();
                report(jdk, "kill all closed an open connection", start);

                assertThat(read).as("what the far end reads").isEqualTo(-1);
                assertThat(child.ask("plain", target(server))).isEqualTo(REFUSED);
            }
            state("release all bob: mended\n");
            await(() -> child.ask("plain", target(server)), ALLOWED);
        }
        List<JournalEntry> kills = kills(jvm);
        assertThat(kills).extracting(JournalEntry::decision).containsExactly("deny", "allow");
        assertThat(kills.get(0).reason()).contains("ana: everybody is refunded", "policy.yaml.state:1");
        assertThat(kills.get(1).reason()).isEqualTo("bob: mended");
    }

    @EachJdk
    void whoActsForAStoppedAgentIsStoppedWithItAndOthersGoOn(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL + AGENTS);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = exits(jdk).policy(policy).talk("com.example.exits.Exits")) {
            assertThat(as(child, "orchestrator/refund", farEnd)).isEqualTo(ALLOWED);

            assertThat(command(jdk, "kill", "orchestrator", "--policy", policy.toString(), "--reason", "loops"))
                    .isZero();
            await(() -> as(child, "orchestrator", farEnd), "refused dev.sallyport.DelegationDeniedException");

            int seen = farEnd.seen();
            assertThat(as(child, "orchestrator/refund", farEnd)).startsWith("refused");
            assertThat(farEnd.seen()).isEqualTo(seen);
            assertThat(as(child, "refund", farEnd)).isEqualTo(ALLOWED);
            assertThat(as(child, "fraud-check", farEnd)).isEqualTo(ALLOWED);
        }
    }

    @EachJdk
    void whoIsStoppedStaysSoAfterARestart(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL + AGENTS);
        state("kill refund\n");
        for (int start = 0; start < 2; start++) {
            try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                    Conversation child = exits(jdk).policy(policy).talk("com.example.exits.Exits")) {
                assertThat(as(child, "refund", farEnd)).startsWith("refused");
                assertThat(farEnd.seen()).isZero();
            }
        }
    }

    @EachJdk
    void aRuleThatKillsStopsWhomItRefusesForGood(Jdk jdk) throws IOException {
        String policy = Policies.with(AGENTS + """
                egress:
                  - {id: trap, via: [process], agent: [refund], to: ["**"], action: deny, kill: true}
                  - {id: all, to: ["*"], action: allow}
                """);
        ChildJvm jvm = exits(jdk).policy(Policies.write(directory, policy));
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(as(child, "refund", farEnd)).isEqualTo(ALLOWED);

            assertThat(child.ask("ProcessBuilder.start", "@refund", "/bin/true"))
                    .startsWith("refused");
            await(() -> as(child, "refund", farEnd), "refused dev.sallyport.DelegationDeniedException");

            assertThat(as(child, "fraud-check", farEnd)).isEqualTo(ALLOWED);
            await(() -> Boolean.toString(Files.exists(directory.resolve("policy.yaml.state"))), "true");
            assertThat(Files.readString(directory.resolve("policy.yaml.state"))).contains("kill refund rule trap");
            assertThat(command(
                            jdk,
                            "release",
                            "refund",
                            "--policy",
                            directory.resolve("policy.yaml").toString()))
                    .isZero();
            await(() -> as(child, "refund", farEnd), ALLOWED);
        }
        assertThat(kills(jvm)).extracting(JournalEntry::agent).containsExactly("refund", "refund");
    }

    @EachJdk
    void aRuleIsPromotedAndDemotedInARunningJvm(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.with("""
                egress:
                  - {id: watched, to: ["*"], action: deny, mode: monitor}
                  - {id: all, to: ["*"], action: allow}
                """));
        ChildJvm jvm = exits(jdk).policy(policy);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);
            assertThat(command(jdk, "promote", "wached", "--policy", policy.toString()))
                    .isEqualTo(1);

            assertThat(command(jdk, "promote", "watched", "--policy", policy.toString()))
                    .isZero();
            await(() -> connect(child, farEnd), REFUSED);

            assertThat(command(jdk, "demote", "watched", "--policy", policy.toString()))
                    .isZero();
            await(() -> connect(child, farEnd), ALLOWED);

            long start = System.nanoTime();
            state("mode watched enforce\n");
            await(() -> connect(child, farEnd), REFUSED);
            report(jdk, "mode flip enforced", start);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(
                        entry -> "watched".equals(entry.rule()) && entry.stage().equals("policy"))
                .extracting(JournalEntry::reason)
                .containsExactly(
                        "mode enforce by policy.yaml.state",
                        "mode monitor by policy.yaml.state",
                        "mode enforce by policy.yaml.state");
    }

    @EachJdk
    void aBadLineIsToldAndTheOthersCount(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = exits(jdk).policy(policy).talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);

            state("moed all enforce\nkill all\n");
            await(() -> connect(child, farEnd), REFUSED);

            child.awaitErrors("policy.yaml.state:1:1: 'moed' is not known here; did you mean 'mode'?");
        }
    }

    @EachJdk
    void aDrillProvesThatStoppingWorksAndStopsNobody(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        ChildJvm jvm = exits(jdk).policy(policy);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);

            assertThat(command(
                            jdk,
                            "drill",
                            "--policy",
                            policy.toString(),
                            "--journal",
                            jvm.journal().toString()))
                    .isZero();

            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);
            assertThat(child.errors()).isEmpty();
        }
        List<JournalEntry> ofDrill = Journals.read(jvm.journal()).stream()
                .filter(entry -> "sallyport-drill".equals(entry.agent()))
                .toList();
        assertThat(ofDrill)
                .filteredOn(entry -> !entry.stage().equals("kill"))
                .hasSizeGreaterThan(9)
                .allMatch(entry -> entry.denied() && "kill-switch".equals(entry.rule()));
        assertThat(ofDrill.get(ofDrill.size() - 1).reason()).contains("passed", "the gate stands at every exit");
    }

    @EachJdk
    void anExpiredAndASuspendedAgentAreRefused(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL + """
                agents:
                  old: {expires: 2025-12-31}
                  resting: {suspended: true}
                  young: {expires: 2199-12-31}
                """);
        ChildJvm jvm = exits(jdk).policy(policy);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(as(child, "old", farEnd)).startsWith("refused");
            assertThat(as(child, "resting", farEnd)).startsWith("refused");
            assertThat(farEnd.seen()).isZero();
            assertThat(as(child, "young", farEnd)).isEqualTo(ALLOWED);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(JournalEntry::denied)
                .extracting(JournalEntry::rule)
                .containsExactly("expired-agent", "suspended-agent");
    }

    private interface Question {

        String ask() throws IOException;
    }

    private static void await(Question question, String expected) throws IOException {
        long end = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        String answer = question.ask();
        while (!answer.equals(expected)) {
            assertThat(System.nanoTime()).as("still: " + answer).isLessThan(end);
            answer = question.ask();
        }
    }

    private int command(Jdk jdk, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        Exited exited = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.JAR))
                .run("dev.sallyport.launch.Launcher", arguments.toArray(new String[0]));
        System.out.println(exited.out() + exited.err());
        return exited.status();
    }

    private void state(String text) throws IOException {
        Path whole = Files.writeString(directory.resolve("state.whole"), text);
        Files.move(
                whole,
                directory.resolve("policy.yaml.state"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    private ChildJvm exits(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }

    private static String connect(Conversation child, FarEnd farEnd) {
        return child.ask("Socket", "caller", farEnd.target());
    }

    private static String as(Conversation child, String agents, FarEnd farEnd) {
        return child.ask("Socket", "@" + agents, farEnd.target());
    }

    private static List<JournalEntry> kills(ChildJvm jvm) {
        return Journals.read(jvm.journal()).stream()
                .filter(entry -> entry.stage().equals("kill"))
                .toList();
    }

    private static ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        return server;
    }

    private static String target(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private static void report(Jdk jdk, String what, long start) {
        System.out.println(jdk + ": " + what + " after " + (System.nanoTime() - start) / 1_000 + " us");
    }
}
