package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The journal to read. */
final class JournalOption {

    @Option(
            names = "--journal",
            paramLabel = "DIR|FILE",
            defaultValue = "audit",
            description = "Directory of journals, or one journal (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path path;

    /** What is done with each entry. */
    interface Visitor {

        void visit(JournalEntry entry) throws IOException;
    }

    /** Returns the journals meant, oldest first. */
    List<Path> files() throws IOException {
        return files(path);
    }

    /** Returns the journals in a directory, oldest first, or the file itself. */
    static List<Path> files(Path path) throws IOException {
        List<Path> files;
        try {
            files = JournalReader.journalsIn(path);
        } catch (NoSuchFileException e) {
            throw new IOException("no journal at " + path + "; name its directory with --journal DIR", e);
        }
        if (files.isEmpty()) {
            throw new IOException("there is no journal-*.jsonl in " + path);
        }
        return files;
    }

    /** Visits the decisions of {@code files}, and what else was recorded but the ends of calls; returns what could not be read. */
    static List<JournalReader.Problem> visit(List<Path> files, Visitor visitor) throws IOException {
        return visitAll(files, entry -> {
            if (entry.outcome() == null) {
                visitor.visit(entry);
            }
        });
    }

    /** Visits every entry of {@code files} and returns what could not be read. */
    static List<JournalReader.Problem> visitAll(List<Path> files, Visitor visitor) throws IOException {
        List<JournalReader.Problem> problems = new ArrayList<>();
        for (Path file : files) {
            try (JournalReader reader = JournalReader.open(file)) {
                for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                    visitor.visit(entry);
                }
                problems.addAll(reader.problems());
            }
        }
        return problems;
    }
}
