package dev.sallyport.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {

    @TempDir
    Path dir;

    @Test
    void aTornLastLineIsReportedWhereverItWasTorn() throws IOException {
        byte[] two = JournalEncoder.encode(List.of(
                JournalRoundTripTest.entry("connect", "a.example"),
                JournalRoundTripTest.entry("connect", "b.example")));
        int first = two.length / 2;
        for (int end = first + 1; end < two.length - 1; end++) {
            Read read = read(Arrays.copyOf(two, end));

            assertThat(read.names).as("cut after %d bytes", end).containsExactly("a.example");
            assertThat(read.problems).singleElement().satisfies(p -> {
                assertThat(p.torn()).isTrue();
                assertThat(p.line()).isEqualTo(2);
                assertThat(p.toString()).startsWith("journal-1.jsonl:2: the last line is torn off");
            });
        }
    }

    @Test
    void aLastLineThatOnlyLacksItsEndStillCounts() throws IOException {
        byte[] one = JournalEncoder.encode(List.of(JournalRoundTripTest.entry("connect", "a.example")));

        Read read = read(Arrays.copyOf(one, one.length - 1));

        assertThat(read.names).containsExactly("a.example");
        assertThat(read.problems).singleElement().matches(JournalReader.Problem::torn);
    }

    @Test
    void aDamagedLineIsSkippedAndReportedAndTheRestIsRead() throws IOException {
        String good =
                new String(JournalEncoder.encode(List.of(JournalRoundTripTest.entry("connect", "a.example"))), UTF_8);

        Read read = read((good
                        + "not json\n"
                        + "[]\n"
                        + "{\"id\":7}\n"
                        + "{\"id\":\"d-2\"}\n"
                        + "\n"
                        + good.replace("}\n", "}{}\n")
                        + "{\"a\":".repeat(100) + "1" + "}".repeat(100) + "\n"
                        + good)
                .getBytes(UTF_8));

        assertThat(read.names).containsExactly("a.example", "a.example");
        assertThat(read.problems).extracting(JournalReader.Problem::line).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(read.problems).noneMatch(JournalReader.Problem::torn);
        assertThat(read.problems.get(3)).hasToString("journal-1.jsonl:5: not a journal entry: 'time' is missing");
    }

    @Test
    void membersOfALaterVersionAreIgnored() throws IOException {
        String line = new String(
                        JournalEncoder.encode(List.of(JournalRoundTripTest.entry("connect", "a.example"))), UTF_8)
                .replaceFirst(
                        "\\{", "{\"new\":[1,{\"x\":[]},\"y\"],\"other\":{\"deep\":[{}]},\"flag\":true,\"no\":null,");

        Read read = read(line.getBytes(UTF_8));

        assertThat(read.names).containsExactly("a.example");
        assertThat(read.problems).isEmpty();
    }

    @Test
    void theJournalsOfADirectoryComeOldestFirst() throws IOException {
        for (String name : List.of("journal-20261120T2-1.jsonl", "journal-20261120T1-2.jsonl", "notes.txt")) {
            Files.createFile(dir.resolve(name));
        }

        assertThat(JournalReader.journalsIn(dir))
                .extracting(p -> p.getFileName().toString())
                .containsExactly("journal-20261120T1-2.jsonl", "journal-20261120T2-1.jsonl");
        assertThatThrownBy(() -> JournalReader.journalsIn(dir.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private record Read(List<String> names, List<JournalReader.Problem> problems) {}

    private Read read(byte[] content) throws IOException {
        Path file = Files.write(dir.resolve("journal-1.jsonl"), content);
        List<String> names = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(file)) {
            for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                names.add(String.valueOf(entry.target().name()));
            }
            return new Read(names, List.copyOf(reader.problems()));
        }
    }
}
