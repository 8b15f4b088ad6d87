package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    private static final String ID = "d-01J9ZQ0V5N6Q4B7K3T2M1R8XWE";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writePolicyAndJournal() throws Exception {
        writePolicy("to: [\"api.psp.example:443\"], action: allow");
        String digest = PolicyLoader.load(policy(), Overrides.NONE).policy().digest();
        JournalEntry.PolicyId id = new JournalEntry.PolicyId("refunds", "1", digest);
        JournalEntry inForce = Entries.entry(
                "d-0",
                null,
                "policy",
                null,
                Target.ofFile(policy().toString()),
                "allow",
                null,
                null,
                null,
                1,
                "in force");
        JournalEntry denied = with(
                Entries.entry(
                        ID,
                        "refund",
                        "connect",
                        "tcp",
                        new Target(
                                "collect.acme.example",
                                "203.0.113.7",
                                443,
                                null,
                                null,
                                null,
                                null,
                                List.of(),
                                null,
                                null),
                        "deny",
                        "default-deny",
                        null,
                        null,
                        1,
                        null),
                id);
        Files.createDirectory(dir.resolve("audit"));
        Files.write(dir.resolve("audit/journal-1.jsonl"), JournalEncoder.encode(List.of(with(inForce, id), denied)));
    }

    @Test
    void aDecisionIsToldInWordsWithEveryRuleInOrder() {
        assertThat(explain(ID)).isZero();

        assertThat(out.toString())
                .startsWith("The agent refund wanted to connect to collect.acme.example:443;"
                        + " the rule default-deny denied it.\n")
                .contains("  id       " + ID)
                .contains("  target   collect.acme.example:443 (203.0.113.7) by tcp")
                .contains("  code     com.shop:refund-desk:1.0 at com.shop.RefundTools:41")
                .contains("  rule     default-deny (enforce)")
                .containsPattern("(?m)^ +psp +allow +enforce +refunds.yaml:5 +no ")
                .containsPattern("(?m)^=> +default-deny +deny +enforce +built-in +yes ")
                .doesNotContain("note");
    }

    @Test
    void theIdIsFoundWithoutItsPrefixAndInAnyCase() {
        assertThat(explain("01j9zq0v5n6q4b7k3t2m1r8xwe")).isZero();
    }

    @Test
    void aPolicyThatChangedSinceIsSaidSo() throws IOException {
        writePolicy("to: [\"collect.acme.example:443\"], action: allow");

        explain(ID);

        assertThat(out.toString())
                .contains("is not the policy that decided (refunds@1, SHA-256 ")
                .containsPattern("(?m)^=> +psp ");
    }

    @Test
    void aPolicyThatIsGoneLeavesTheEntry() throws IOException {
        Files.delete(policy());

        assertThat(explain(ID)).isZero();

        assertThat(out.toString())
                .contains("the rule default-deny denied it")
                .contains("is not there any more; name another with --policy FILE");
    }

    @Test
    void anUnknownIdIsANo() {
        assertThat(explain("d-00000000000000000000000000")).isEqualTo(1);

        assertThat(err.toString()).startsWith("sallyport: no decision d-00000000000000000000000000 in ");
    }

    @Test
    void jsonHoldsEntryAndRules() {
        assertThat(run(
                        "explain",
                        ID,
                        "--json",
                        "--journal",
                        dir.resolve("audit").toString()))
                .isZero();

        assertThat(out.toString())
                .startsWith("{\"entry\":{\"id\":\"" + ID + "\"")
                .contains("\"rules\":[{\"id\":")
                .contains("\"id\":\"default-deny\",\"action\":\"deny\",\"mode\":\"enforce\",\"where\":\"built-in\"");
    }

    private static JournalEntry with(JournalEntry e, JournalEntry.PolicyId policy) {
        return new JournalEntry(
                e.id(),
                e.time(),
                e.agent(),
                e.chain(),
                e.subject(),
                e.stage(),
                e.via(),
                e.target(),
                e.decision(),
                e.mode(),
                e.rule(),
                policy,
                e.would(),
                e.wouldRule(),
                e.library(),
                e.transport(),
                e.site(),
                e.task(),
                e.tool(),
                e.toolCall(),
                e.claimed(),
                e.trace(),
                e.count(),
                e.reason(),
                e.jvm());
    }

    private Path policy() {
        return dir.resolve("refunds.yaml");
    }

    private void writePolicy(String rule) throws IOException {
        Files.writeString(
                policy(),
                "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: refunds, version: \"1\"}\negress:\n"
                        + "  - {id: psp, " + rule + "}\n");
    }

    private int explain(String id) {
        return run("explain", id, "--journal", dir.resolve("audit").toString());
    }

    private int run(String... args) {
        return SallyportCommand.run(
                new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true), new PrintWriter(err, true), args);
    }
}
