package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams that an agent sends again and again from a socket that it has not connected. */
class DatagramsIT {

    private static final String POLICY = Policies.with("""
            agents:
              sender: {}
              other: {}
            egress:
              - {id: send, agent: [sender], via: [udp], to: [127.0.0.0/8], action: allow}
            """);

    private static final int MANY = 150;

    @TempDir
    Path directory;

    @EachJdk
    void repeatsAreCountedExactlyAndNoOtherAgentSendsAmongThem(Jdk jdk) throws IOException {
        try (UdpFarEnd farEnd = new UdpFarEnd();
                UdpFarEnd second = new UdpFarEnd()) {
            String port = port(farEnd);
            try (Conversation child = child(jdk)) {
                assertThat(child.ask("sender", Integer.toString(MANY), port)).isEqualTo("sent");
                assertThat(farEnd.seen()).isEqualTo(MANY);
                assertThat(child.ask("other", "1", port)).isEqualTo("refused");
                assertThat(child.ask("sender", Integer.toString(MANY), port)).isEqualTo("sent");
                assertThat(child.ask("sender", "3", port(second))).isEqualTo("sent");
                assertThat(child.ask("other", "1", port)).isEqualTo("refused");
                assertThat(farEnd.seen()).isEqualTo(2 * MANY);
                assertThat(second.seen()).isEqualTo(3);
                Journals.await(
                        directory.resolve("journal"), entry -> "connect".equals(entry.stage()) && entry.count() > 1);
                // what is not recorded yet is when the JVM ends
                assertThat(child.end()).isZero();
            }
            assertThat(sent(port)).isEqualTo(2 * MANY);
            assertThat(sent(port(second))).isEqualTo(3);
            assertThat(Journals.connects(directory.resolve("journal"))).hasSizeLessThan(MANY);
        }
    }

    @EachJdk
    void aPolicyThatChangesRefusesTheNextOne(Jdk jdk) throws IOException {
        try (UdpFarEnd farEnd = new UdpFarEnd();
                Conversation child = child(jdk)) {
            assertThat(child.ask("sender", "on", port(farEnd))).isEqualTo("sending");
            while (farEnd.seen() == 0) {
                Thread.onSpinWait(); // it has begun in another thread
            }

            Policies.write(directory, POLICY.replace("agent: [sender]", "agent: [other]"));

            assertThat(child.ask("wait", "", "")).isEqualTo("refused");
        }
    }

    private long sent(String port) {
        List<JournalEntry> connects = Journals.connects(directory.resolve("journal"));
        return connects.stream()
                .filter(entry -> "allow".equals(entry.decision())
                        && "udp".equals(entry.via())
                        && Integer.toString(entry.target().port()).equals(port))
                .mapToLong(JournalEntry::count)
                .sum();
    }

    private static String port(UdpFarEnd farEnd) {
        return farEnd.target().substring(farEnd.target().indexOf(':') + 1);
    }

    private Conversation child(Jdk jdk) {
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .policy(Policies.write(directory, POLICY))
                .option("-Dsallyport.log=error")
                .talk("com.example.exits.Datagrams");
    }
}
