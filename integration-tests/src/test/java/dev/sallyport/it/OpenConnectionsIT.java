package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;

/** What is open is decided again when the policy changes; the far end sees the end of what is no longer allowed. */
class OpenConnectionsIT {

    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir
    Path directory;

    @EachJdk
    void aConnectionEndsWhenThePolicyNoLongerAllowsItAndAnotherOneStays(Jdk jdk) throws IOException {
        try (ServerSocket one = server();
                ServerSocket other = server()) {
            Path policy = Policies.write(directory, allowing(one, other));
            ChildJvm jvm = jvm(jdk).policy(policy);
            try (Conversation child = jvm.talk("com.example.escapes.Escapes")) {
                for (String kind : List.of("held-socket", "held-channel")) {
                    Policies.write(directory, allowing(one, other));
                    awaitOpen(child, kind, one);
                    assertThat(child.ask(kind, target(other))).isEqualTo("ok");
                    try (var fromOne = one.accept();
                            var fromOther = other.accept()) {
                        fromOne.setSoTimeout(PATIENCE_MILLIS);
                        fromOther.setSoTimeout(200);

                        Policies.write(directory, allowing(other));

                        assertThat(fromOne.getInputStream().read())
                                .as("what the far end reads of a connection that is no longer allowed")
                                .isEqualTo(-1);
                        org.assertj.core.api.Assertions.assertThatThrownBy(
                                        () -> fromOther.getInputStream().read())
                                .as("what the far end reads of one that still is")
                                .isInstanceOf(SocketTimeoutException.class);
                        assertThat(child.ask("held-write", target(other))).isEqualTo("ok");
                        assertThat(fromOther.getInputStream().read()).isZero();
                    }
                    child.ask("held-close", target(one));
                    child.ask("held-close", target(other));
                }
            }
            assertThat(Journals.connects(jvm.journal()))
                    .filteredOn(JournalEntry::denied)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(entry -> entry.target().port() == one.getLocalPort());
        }
    }

    @EachJdk
    void aConnectionOfTheOldSocketsOfJdk17EndsToo(Jdk jdk) throws IOException {
        assumeTrue(jdk.feature() == 17, "JDK " + jdk.feature() + " has no other sockets");
        try (ServerSocket one = server();
                ServerSocket other = server()) {
            Path policy = Policies.write(directory, allowing(one, other));
            try (Conversation child = jvm(jdk).option("-Djdk.net.usePlainSocketImpl")
                    .policy(policy)
                    .talk("com.example.escapes.Escapes")) {
                // the number of a socket that was closed is another one's then
                assertThat(child.ask("held-socket", target(one))).isEqualTo("ok");
                assertThat(child.ask("held-close", target(one))).isEqualTo("ok");
                one.accept().close();
                assertThat(child.ask("held-socket", target(other))).isEqualTo("ok");
                assertThat(child.ask("held-socket", target(one))).isEqualTo("ok");
                try (var fromOne = one.accept();
                        var fromOther = other.accept()) {
                    fromOne.setSoTimeout(PATIENCE_MILLIS);

                    Policies.write(directory, allowing(other));

                    assertThat(fromOne.getInputStream().read()).isEqualTo(-1);
                    assertThat(child.ask("held-write", target(other))).isEqualTo("ok");
                    assertThat(fromOther.getInputStream().read()).isZero();
                }
            }
        }
    }

    @EachJdk
    void aConnectionThatTheProgramWasStartedOnEndsToo(Jdk jdk) throws Exception {
        try (ServerSocket server = server()) {
            Path policy = Policies.write(directory, allowingAnyPort());
            ChildJvm jvm = new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .policy(policy);
            CompletableFuture<Exited> exited = CompletableFuture.supplyAsync(
                    () -> jvm.runOn(server.getLocalPort(), "com.example.exits.Late", "inherited", "waits"));
            try (var program = server.accept()) {
                program.setSoTimeout(PATIENCE_MILLIS);
                assertThat(program.getInputStream().readNBytes(5)).asString().isEqualTo("hello");

                Policies.write(directory, Policies.DENY_ALL);

                assertThat(program.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(exited.get().out()).isEqualTo("written\n");
        }
    }

    @EachJdk
    void aUnixConnectionEndsWhenThePolicyNoLongerAllowsIt(Jdk jdk) throws IOException {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Path policy = Policies.write(directory, Policies.ALLOW_ALL);
            try (Conversation child = jvm(jdk).policy(policy).talk("com.example.escapes.Escapes")) {
                assertThat(child.ask("held-unix", path.toString())).isEqualTo("ok");
                try (SocketChannel accepted = server.accept()) {
                    Policies.write(directory, Policies.DENY_ALL);

                    assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
        }
    }

    @EachJdk
    void aConnectedDatagramSocketSendsNothingMoreWhenThePolicyNoLongerAllowsIt(Jdk jdk) {
        try (UdpFarEnd farEnd = new UdpFarEnd()) {
            Path policy = Policies.write(directory, Policies.ALLOW_ALL);
            try (Conversation child = jvm(jdk).policy(policy).talk("com.example.escapes.Escapes")) {
                assertThat(child.ask("held-datagram", farEnd.target())).isEqualTo("ok");
                assertThat(child.ask("held-write", farEnd.target())).isEqualTo("ok");

                Policies.write(directory, Policies.DENY_ALL);
                awaitFailure(child, farEnd.target());

                int seen = farEnd.seen();
                assertThat(child.ask("held-write", farEnd.target())).startsWith("failed");
                assertThat(farEnd.seen()).isEqualTo(seen);
            }
        }
    }

    /** A policy that was just written is in force a moment later. */
    private static void awaitOpen(Conversation child, String kind, ServerSocket server) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        String answer = child.ask(kind, target(server));
        while (!answer.equals("ok") && System.nanoTime() < end) {
            answer = child.ask(kind, target(server));
        }
        assertThat(answer).isEqualTo("ok");
    }

    private static void awaitFailure(Conversation child, String target) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!child.ask("held-write", target).startsWith("failed")) {
            assertThat(System.nanoTime()).as("still sending").isLessThan(end);
            // or the far end's buffer would run over before the policy is in force
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private static String allowingAnyPort() {
        return Policies.with("egress: [{id: loopback, via: [tcp], to: [127.0.0.0/8], action: allow}]\n");
    }

    private static String allowing(ServerSocket... servers) {
        StringBuilder rules = new StringBuilder("egress:\n");
        for (ServerSocket server : servers) {
            rules.append("  - {id: to-").append(server.getLocalPort());
            rules.append(", to: [\"").append(target(server)).append("\"], action: allow}\n");
        }
        return Policies.with(rules.toString());
    }

    private static ServerSocket server() throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        return server;
    }

    private static String target(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.escapes()));
    }
}
