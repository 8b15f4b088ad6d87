package dev.sallyport.it;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

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

    /** Returns every entry of the journals of a directory once one is there that is looked for. */
    static List<JournalEntry> await(Path directory, Predicate<JournalEntry> wanted) {
        for (int i = 0; i < 1000; i++) {
            List<JournalEntry> entries = read(directory);
            if (entries.stream().anyMatch(wanted)) {
                return entries;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("the journal does not have the entry that was waited for");
    }

    /** Returns the entries that record a connect. */
    static List<JournalEntry> connects(Path directory) {
        return read(directory).stream()
                .filter(entry -> entry.stage().equals("connect"))
                .toList();
    }
}
