package dev.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeJournal() throws IOException {
        journal(
                "journal-1.jsonl",
                Entries.about("policy", "allow", 1, "in force"),
                Entries.connect("d-1", "refund", "api.psp.example", "allow", "refund-psp"),
                Entries.connect("d-2", "refund", "collect.acme.example", "deny", "lib-beacons"),
                Entries.wouldBeDenied("d-3", "attacker.example", "default-deny"));
    }

    @Test
    void aPipeGetsAPlainTableWithEveryDecisionAndTheCounts() {
        assertThat(run(pipe(), "report", "--journal", dir.toString())).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "TIME (UTC)    AGENT   WHAT         TARGET                    LIBRARY                   DECISION            RULE",
                        "12:00:01.002  -       policy       refunds.yaml              com.shop:refund-desk:1.0  in force            refunds@2026.10.1",
                        "12:00:01.002  refund  connect tcp  api.psp.example:443       com.shop:refund-desk:1.0  allow               refund-psp",
                        "12:00:01.002  refund  connect tcp  collect.acme.example:443  com.shop:refund-desk:1.0  deny                lib-beacons",
                        "12:00:01.002  refund  connect tcp  attacker.example:443      com.shop:refund-desk:1.0  allow (would deny)  default-deny",
                        "",
                        "decisions  1 allow, 1 allow (would deny), 1 deny",
                        "agents  3 refund",
                        "rules  1 default-deny, 1 lib-beacons, 1 refund-psp",
                        "journal  " + dir.resolve("journal-1.jsonl"));
    }

    @Test
    void aTerminalGetsColoursAndNoLineLongerThanItself() {
        assertThat(run(new Terminal(new PrintWriter(out), 90, true, true), "report", "--journal", dir.toString()))
                .isZero();

        assertThat(out.toString()).contains("\u001b[31;1mdeny\u001b[0m").contains("\u2026");
        List<String> table = out.toString()
                .replaceAll("\u001b\\[[0-9;]*m", "")
                .lines()
                .takeWhile(l -> !l.isEmpty())
                .toList();
        assertThat(table).hasSize(5).allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(90));
    }

    @Test
    void deniedShowsWhatWasRefusedAndWhatWouldHaveBeen() {
        run(pipe(), "report", "--denied", "--journal", dir.toString());

        assertThat(out.toString())
                .contains("collect.acme.example", "attacker.example")
                .doesNotContain("api.psp.example");
    }

    @Test
    void whatAJournalHoldsCannotSteerTheTerminal() throws IOException {
        journal(
                "journal-1.jsonl",
                Entries.connect("d-9", "\u001b[2Jrefund", "a\u009b31m\u202eb\nc", "deny", "r\u0007"));

        run(pipe(), "report", "--journal", dir.toString());

        assertThat(out.toString()).contains("[2Jrefund  connect tcp  a31mbc:443");
        assertThat(out.toString().chars().filter(c -> c != '\n'))
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void aTornLineAndLostDecisionsAreToldBelowTheTable() throws IOException {
        journal("journal-1.jsonl", Entries.about("journal", "deny", 17, "the writer was behind"));
        Files.writeString(dir.resolve("journal-1.jsonl"), "{\"id\":\"d-4\",\"ti", StandardOpenOption.APPEND);

        run(pipe(), "report", "--journal", dir.toString());

        assertThat(out.toString())
                .contains("17 lost")
                .contains("lost  17 decisions are not in this journal")
                .contains("note  journal-1.jsonl:2: the last line is torn off");
    }

    @Test
    void jsonIsOneObjectWithEntriesAndCounts() throws IOException {
        assertThat(run(pipe(), "report", "--json", "--journal", dir.toString())).isZero();

        int entries = 0;
        try (JsonParser parser = new JsonFactory().createParser(out.toString())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("decision") && entries < 4) {
                    assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
                    entries++;
                }
            }
        }
        assertThat(entries).isEqualTo(4);
        assertThat(out.toString())
                .contains("\"counts\":{\"decision\":{\"allow\":1,\"allow (would deny)\":1,\"deny\":1}");
    }

    @Test
    void severalJournalsAreOneReport() throws IOException {
        journal("journal-2.jsonl", Entries.connect("d-5", "fraud-check", "late.example", "allow", "late"));

        run(pipe(), "report", "--journal", dir.toString());

        assertThat(out.toString()).contains("api.psp.example", "late.example", "2 files in " + dir);
    }

    @Test
    void aMissingJournalIsOneClearSentence() {
        assertThat(run(pipe(), "report", "--journal", dir.resolve("absent").toString()))
                .isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo("sallyport: no journal at " + dir.resolve("absent")
                        + "; name its directory with --journal DIR\n");
    }

    @Test
    void anUnknownOptionIsWrongUsageWithASuggestion() {
        assertThat(run(pipe(), "report", "--denid")).isEqualTo(2);

        assertThat(err.toString()).contains("--denied");
    }

    private Terminal pipe() {
        return new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true);
    }

    private int run(Terminal terminal, String... args) {
        return SallyportCommand.run(terminal, new PrintWriter(err, true), args);
    }

    private void journal(String name, JournalEntry... entries) throws IOException {
        Files.writeString(dir.resolve(name), new String(JournalEncoder.encode(List.of(entries)), UTF_8));
    }
}
