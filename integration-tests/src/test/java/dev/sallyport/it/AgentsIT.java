package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Who acts, as the journal tells it: by scope, annotation and entry point, on every kind of thread. */
class AgentsIT {

    private static final String POLICY = Policies.with("""
            agents:
              orchestrator: {delegatesTo: [refund], entry: ["com.example.exits.Agents#handle"]}
              refund: {}
              fraud-check: {}
            egress:
              - {id: all, via: [tcp], to: ["127.0.0.0/8"], action: allow}
            """);

    @TempDir
    Path directory;

    @EachJdk
    void theJournalNamesTheAgentThatActed(Jdk jdk) throws IOException {
        ChildJvm jvm =
                new ChildJvm(jdk, directory).classPath(List.of(Product.exits())).option("-Dsallyport.log=error");

        Exited exited = jvm.policy(Policies.write(directory, POLICY))
                .run("com.example.exits.Agents", Integer.toString(nobody()));

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(exited.err()).isEmpty();
        assertThat(exited.out()).contains("stranger not entered: DelegationDeniedException");
        assertThat(exited.out()).contains("orchestrator not entered: DelegationDeniedException");
        Map<Integer, String> expected = new LinkedHashMap<>();
        expected.put(1, "unattributed");
        expected.put(2, "refund");
        expected.put(3, "unattributed");
        expected.put(10, "refund");
        expected.put(11, "unattributed");
        expected.put(12, "fraud-check");
        expected.put(13, "unattributed");
        expected.put(14, "unattributed");
        expected.put(20, "orchestrator");
        expected.put(21, "unattributed");
        expected.put(30, "refund");
        expected.put(31, "orchestrator");
        expected.put(33, "unattributed");
        int step = 40;
        for (String agent : List.of("refund", "fraud-check", "unattributed")) {
            for (int way = 0; way < (jdk.hasVirtualThreads() ? 6 : 5); way++) {
                expected.put(step + way, agent);
            }
            step += 10;
        }
        Map<Integer, String> journalled = new LinkedHashMap<>();
        for (JournalEntry entry : Journals.connects(jvm.journal())) {
            journalled.put(step(entry), entry.agent());
        }
        assertThat(journalled).isEqualTo(expected);
        assertThat(Journals.connects(jvm.journal()))
                .filteredOn(entry -> step(entry) == 30)
                .singleElement()
                .extracting(JournalEntry::chain)
                .isEqualTo(List.of("orchestrator", "refund"));
    }

    @EachJdk
    void theAgentOptionNamesTheProcessesOwnAgent(Jdk jdk) throws IOException {
        ChildJvm jvm = new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
        Path policy = Policies.write(directory, POLICY);

        jvm.agent("agent=fraud-check,policy=" + policy + ",journal=" + jvm.journal())
                .run("com.example.exits.Exits", "Socket", "caller", "127.0.0.1:" + nobody());

        assertThat(Journals.connects(jvm.journal()))
                .singleElement()
                .extracting(JournalEntry::agent)
                .isEqualTo("fraud-check");
    }

    @EachJdk
    void workThatIsHandedOverRunsAsTheAgentThatHandedItOver(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.with("""
                        agents:
                          agent-a: {delegatesTo: [agent-c]}
                          agent-b: {delegatesTo: [agent-c]}
                          agent-c: {}
                        egress: []
                        """));

        Exited exited = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.threads()))
                .policy(policy)
                .run("com.example.threads.Main");

        assertThat(exited.out().lines())
                .allMatch(line -> line.startsWith("right ") || line.endsWith(" 0 lost, 0 wrong"));
        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(exited.err()).isEmpty();
    }

    @EachJdk
    void workThatLibrariesHandOverRunsForWhoHandedItOver(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.with("""
                        agents:
                          agent-a: {delegatesTo: [agent-c]}
                          agent-b: {delegatesTo: [agent-c]}
                          agent-c: {}
                        egress: []
                        """));

        Exited exited = new ChildJvm(jdk, directory)
                .classPath(Product.threadsAndLibraries())
                .policy(policy)
                .option("-Dsallyport.log=error")
                .run("com.example.threads.Main", "libraries");

        assertThat(exited.out().lines())
                .allMatch(line -> line.startsWith("right ") || line.endsWith(" 0 lost, 0 wrong"));
        assertThat(exited.status()).as(exited.toString()).isZero();
    }

    private static int step(JournalEntry entry) {
        return Integer.parseInt(String.valueOf(entry.target().address()).split("\\.", -1)[2]);
    }

    private static int nobody() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }
}
