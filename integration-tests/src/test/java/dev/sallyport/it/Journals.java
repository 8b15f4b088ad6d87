package dev.sallyport.it;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads what a child JVM has journalled. */
final class Journals {

    private Journals() {}

    /** Returns every entry of the journals of a directory, in order. */
    static List<JournalEntry> read(Path directory) {
        List<JournalEntry> entries = new ArrayList<>();
        try {
            for (Path journal : JournalReader.journalsIn(directory)) {
                try (JournalReader reader = JournalReader.open(journal)) {
                    for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                        entries.add(entry);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /** Returns the entries that record a connect. */
    static List<JournalEntry> connects(Path directory) {
        return read(directory).stream()
                .filter(entry -> entry.stage().equals("connect"))
                .toList();
    }
}
