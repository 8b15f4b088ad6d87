package dev.sallyport.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry.Jvm;
import dev.sallyport.journal.JournalEntry.Outcome;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.journal.JournalEntry.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalRoundTripTest {

    private static final PolicyId POLICY = new PolicyId("refunds", "2026.10.1", "ab".repeat(32));

    @TempDir
    Path dir;

    @Test
    void everyMemberComesBackAsItWasWritten() throws IOException {
        JournalEntry full = new JournalEntry(
                "d-01J9ZQ0V5N6Q4B7K3T2M1R8XWE",
                "2026-11-20T12:00:00.000000001Z",
                "refund",
                List.of("orchestrator", "refund"),
                "ana@shop.example",
                "http",
                "http",
                new Target(
                        "api.psp.example",
                        "203.0.113.7",
                        443,
                        "POST",
                        "https",
                        "/v1/refunds",
                        "issueRefund",
                        List.of("/usr/bin/curl", "-s", ""),
                        "/var/run/x.sock",
                        "fraud-check",
                        "westeurope"),
                "allow",
                "monitor",
                "refund-psp",
                POLICY,
                "deny",
                "beacons",
                "com.shop:refund-desk:1.0",
                "java.net.http",
                "com.shop.RefundTools:41",
                "process-refund/01J9ZQ0V5N6Q4B7K3T2M1R8XWE",
                "issueRefund",
                "call_17",
                "evil.example",
                new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"),
                12,
                "because",
                new Jvm("4711", "25.0.1+8", "com.shop.Main"),
                new Outcome("d-01J9ZQ0V5N6Q4B7K3T2M1R8XWD", "java.io.IOException", 1_204));

        assertThat(readBack(full)).containsExactly(full);
    }

    @Test
    void anEntryTakesOneLineAndLeavesOutWhatIsNotKnown() {
        String line = new String(JournalEncoder.encode(List.of(entry("connect", "a.example"))), UTF_8);

        assertThat(line)
                .isEqualTo("{\"id\":\"d-1\",\"time\":\"2026-11-20T12:00:00.000000000Z\",\"agent\":\"refund\","
                        + "\"stage\":\"connect\",\"target\":{\"name\":\"a.example\",\"port\":443},"
                        + "\"decision\":\"deny\",\"mode\":\"enforce\",\"rule\":\"default-deny\","
                        + "\"policy\":{\"name\":\"refunds\",\"version\":\"2026.10.1\",\"digest\":\""
                        + "ab".repeat(32)
                        + "\"}}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quote \" backslash \\ slash /",
                "line\nfeed\r\ttab",
                "\u0000\u0001\u001b[31mred\u007f\u0085\u009b",
                "umlaut \u00e4, CJK \u6f22, emoji \ud83d\ude00",
                "separator \u2028 \u2029 override \u202e isolate \u2066 mark \ufeff"
            })
    void aStringSurvivesWhateverItHolds(String name) throws IOException {
        assertThat(readBack(entry("connect", name)))
                .singleElement()
                .extracting(e -> e.target().name())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b]0;title\u0007", "a\nb", "\u202egpj.exe", "\u009b31m", "\u2028"})
    void aLineHoldsNothingThatATerminalObeys(String name) {
        String line = new String(JournalEncoder.encode(List.of(entry("connect", name))), UTF_8);

        assertThat(line).endsWith("}\n");
        assertThat(line.substring(0, line.length() - 1))
                .matches(text -> text.chars()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00b", "\ud83d\ud83d\ude00", "end \ud83d"})
    void aSurrogateWithoutItsOtherHalfIsReplaced(String name) throws IOException {
        byte[] line = JournalEncoder.encode(List.of(entry("connect", name)));

        assertThat(strictUtf8(line)).contains("\ufffd");
        assertThat(readBack(entry("connect", name))).hasSize(1);
    }

    @Test
    void aHugeStringIsCutWithANoteAndNeverThroughACharacter() throws IOException {
        String huge = "x".repeat(JsonLines.LONGEST - 1) + "\ud83d\ude00".repeat(1_000_000);

        String back = readBack(entry("connect", huge)).get(0).target().name();

        assertThat(back).isEqualTo("x".repeat(JsonLines.LONGEST - 1) + "...(2000000 more)");
    }

    @Test
    void arbitraryStringsGiveOneValidLineEach() throws IOException {
        Random random = new Random(20261120);
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            char[] chars = new char[random.nextInt(40)];
            for (int j = 0; j < chars.length; j++) {
                chars[j] = (char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000);
            }
            entries.add(entry("connect", new String(chars)));
        }
        byte[] lines = JournalEncoder.encode(entries);
        Path file = Files.write(dir.resolve("journal-x.jsonl"), lines);

        assertThat(strictUtf8(lines).chars().filter(c -> c == '\n').count()).isEqualTo(20_000);
        assertThat(readAll(file)).hasSize(20_000);
    }

    static JournalEntry entry(String stage, String name) {
        return new JournalEntry(
                "d-1",
                "2026-11-20T12:00:00.000000000Z",
                "refund",
                List.of(),
                null,
                stage,
                null,
                new Target(name, null, 443, null, null, null, null, List.of(), null, null),
                "deny",
                "enforce",
                "default-deny",
                POLICY,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                1,
                null,
                null);
    }

    private List<JournalEntry> readBack(JournalEntry entry) throws IOException {
        Path file = dir.resolve("journal-1.jsonl");
        Files.write(file, JournalEncoder.encode(List.of(entry)));
        return readAll(file);
    }

    private static List<JournalEntry> readAll(Path file) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(file)) {
            for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
            }
            assertThat(reader.problems()).isEmpty();
        }
        return entries;
    }

    private static String strictUtf8(byte[] bytes) throws CharacterCodingException {
        return UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
