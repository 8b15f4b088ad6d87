package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {

    private static final String OLD = """
            agents: {orchestrator: {delegatesTo: [refund]}, refund: }
            egress:
              - {id: a, to: ["a.example:443"], action: allow}
              - {id: b, to: ["b.example:443"], action: allow}
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void writeJournal() throws IOException {
        Files.write(
                dir.resolve("journal-1.jsonl"),
                JournalEncoder.encode(List.of(
                        Entries.about("policy", "allow", 1, "in force"),
                        Entries.connect("d-1", "refund", "a.example", "allow", "a"),
                        Entries.connect("d-2", "refund", "b.example", "allow", "b"),
                        Entries.connect("d-3", "refund", "b.example", "allow", "b"),
                        Entries.connect("d-4", "refund", "c.example", "deny", "default-deny"),
                        delegation("d-5"))));
    }

    @Test
    void thePolicyThatDecidesAllAlikeIsNoChange() throws IOException {
        Run run = diff(OLD, OLD.replace("id: b,", "id: c,"));

        assertThat(run.out()).isEqualTo("5 calls, 0 decided differently\n");
        assertThat(run.code()).isZero();
    }

    @Test
    void whatWasFoundInACallIsDecidedByTheOtherPolicysRulesForContent() throws IOException {
        Target tool = new Target(null, null, -1, null, null, null, "answer", List.of(), null, null);
        Files.write(
                dir.resolve("journal-1.jsonl"),
                JournalEncoder.encode(List.of(
                        Entries.entry(
                                "d-1",
                                "refund",
                                "tool",
                                "tool",
                                tool,
                                "allow",
                                "uncovered-tools",
                                "deny",
                                "cards",
                                1,
                                "payment-card in args.text at 5"),
                        Entries.entry(
                                "d-2",
                                "refund",
                                "tool",
                                "tool",
                                tool,
                                "allow",
                                "uncovered-tools",
                                null,
                                null,
                                1,
                                null))));
        String watched = "agents: {refund: }\ncontent: [{id: cards, detect: [payment-card], mode: monitor}]\n";
        Run run = diff(watched, watched.replace(", mode: monitor", ""));

        assertThat(run.out()).contains("2 calls, 1 decided differently").contains("deny by cards");
    }

    @Test
    void callsThatWouldComeOutDifferentlyAreGroupedAndCounted() throws IOException {
        Run run = diff(OLD, """
                agents: {orchestrator: , refund: }
                egress:
                  - {id: a, to: ["a.example:443"], action: allow}
                  - {id: c, to: ["c.example:443"], action: allow}
                """);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("(?m)^2 +refund +connect +b.example:443 .*allow by b +deny by default-deny +d-2$")
                .containsPattern("(?m)^1 +refund +connect +c.example:443 .*deny by default-deny +allow by c +d-4$")
                .containsPattern(
                        "(?m)^1 +orchestrator +delegation +refund .*allow by delegation +deny by delegation +d-5$")
                .endsWith("5 calls, 4 decided differently\n")
                .doesNotContain("a.example");
    }

    @Test
    void aRuleThatIsOnlyWatchedIsAChangeOfWhatEnforcementWouldDo() throws IOException {
        Run run = diff(
                OLD,
                OLD.replace("[\"b.example:443\"], action: allow", "[\"b.example:443\"], action: allow, mode: monitor"));

        assertThat(run.out()).contains("allow by b").contains("deny, enforced allow by b");
    }

    @Test
    void anotherRuleWithTheSameOutcomeIsShownOnRequest() throws IOException {
        Path before = Shop.policy(dir, "old.yaml", OLD);
        Path after = Shop.policy(dir, "new.yaml", OLD.replace("id: b,", "id: c,"));

        assertThat(Run.of("diff", before, after, "--rules", "--journal", dir).out())
                .contains("allow by b", "allow by c", "2 decided differently");
    }

    @Test
    void jsonHoldsTheGroupsWithSamples() throws IOException {
        Path before = Shop.policy(dir, "old.yaml", OLD);
        Path after = Shop.policy(dir, "new.yaml", "agents: {orchestrator: {delegatesTo: [refund]}, refund: }\n");

        assertThat(Run.of("diff", before, after, "--json", "--journal", dir).out())
                .startsWith(
                        "{\"calls\":5,\"changed\":3,\"groups\":[{\"calls\":2,\"agent\":\"refund\",\"stage\":\"connect\",")
                .contains("\"samples\":[\"d-2\",\"d-3\"]");
    }

    private Run diff(String before, String after) throws IOException {
        return Run.of(
                "diff", Shop.policy(dir, "old.yaml", before), Shop.policy(dir, "new.yaml", after), "--journal", dir);
    }

    private static JournalEntry delegation(String id) {
        return Entries.entry(
                id,
                "orchestrator",
                "delegation",
                "tool",
                new Target(null, null, -1, null, null, null, null, List.of(), null, "refund"),
                "allow",
                "delegation",
                null,
                null,
                1,
                null);
    }
}
