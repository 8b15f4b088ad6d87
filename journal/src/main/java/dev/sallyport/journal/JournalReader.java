package dev.sallyport.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.journal.JournalEntry.Jvm;
import dev.sallyport.journal.JournalEntry.Outcome;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.journal.JournalEntry.Trace;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal entry by entry, in constant memory. A line that is no entry is skipped and reported in {@link
 * #problems()}; a last line without its end is what a crash or a live writer leaves, and is reported too. Members that
 * this version does not know are ignored. Not thread-safe.
 */
public final class JournalReader implements Closeable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_LINE = 8 * 1024 * 1024;
    private static final int MOST_PROBLEMS = 100;

    /**
     * A line that could not be read.
     *
     * @param file the journal
     * @param line its number, from 1
     * @param torn whether it is the last line and has no end: what follows a crash, or a writer still at work
     * @param message what is wrong with it
     */
    public record Problem(Path file, long line, boolean torn, String message) {

        /** Returns {@code file:line: message}. */
        @Override
        public String toString() {
            return file.getFileName() + ":" + line + ": " + message;
        }
    }

    private final Path file;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final List<Problem> problems = new ArrayList<>();
    private long number;

    private JournalReader(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Opens one journal.
     *
     * @throws IOException if the file cannot be read
     */
    public static JournalReader open(Path file) throws IOException {
        return new JournalReader(file, new BufferedInputStream(Files.newInputStream(file), 64 * 1024));
    }

    /**
     * Returns the journals of a directory, oldest first; the file itself if {@code path} is one.
     *
     * @throws NoSuchFileException if there is neither
     * @throws IOException if the directory cannot be read
     */
    public static List<Path> journalsIn(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(JournalReader::isJournal).sorted().toList();
        }
    }

    private static boolean isJournal(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith("journal-") && name.endsWith(".jsonl");
    }

    /**
     * Returns the next entry, or null at the end.
     *
     * @throws IOException if reading the file fails
     */
    public @Nullable JournalEntry next() throws IOException {
        while (true) {
            line.reset();
            int c = in.read();
            if (c < 0) {
                return null;
            }
            number++;
            boolean tooLong = false;
            for (; c >= 0 && c != '\n'; c = in.read()) {
                if (line.size() < LONGEST_LINE) {
                    line.write(c);
                } else {
                    tooLong = true;
                }
            }
            boolean torn = c < 0;
            if (tooLong) {
                report(torn, "longer than " + LONGEST_LINE + " bytes, skipped");
                continue;
            }
            try {
                JournalEntry entry = parse();
                if (torn) {
                    report(true, "the last line has no end; it is complete otherwise");
                }
                return entry;
            } catch (IOException e) {
                report(
                        torn,
                        torn
                                ? "the last line is torn off after " + line.size()
                                        + " bytes: the JVM was stopped while writing it, or writes it now"
                                : "not a journal entry: " + firstLine(e));
            }
        }
    }

    /** Returns the lines that could not be read so far, the first {@value #MOST_PROBLEMS} at most. */
    public List<Problem> problems() {
        return Collections.unmodifiableList(problems);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void report(boolean torn, String message) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new Problem(file, number, torn, message));
        }
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private JournalEntry parse() throws IOException {
        try (JsonParser parser = JSON.createParser(line.toByteArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a JSON object was expected");
            }
            Members entry = Members.read(parser, 0);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
            Members target = entry.object("target");
            Members policy = entry.object("policy");
            Members trace = entry.object("trace");
            Members jvm = entry.object("jvm");
            Members outcome = entry.object("outcome");
            return new JournalEntry(
                    entry.required("id"),
                    entry.required("time"),
                    entry.text("agent"),
                    entry.texts("chain"),
                    entry.text("subject"),
                    entry.required("stage"),
                    entry.text("via"),
                    target == null ? Target.NONE : target(target),
                    entry.required("decision"),
                    entry.required("mode"),
                    entry.text("rule"),
                    policy == null
                            ? null
                            : new PolicyId(
                                    policy.required("name"), policy.required("version"), policy.required("digest")),
                    entry.text("would"),
                    entry.text("wouldRule"),
                    entry.text("library"),
                    entry.text("transport"),
                    entry.text("site"),
                    entry.text("task"),
                    entry.text("tool"),
                    entry.text("toolCall"),
                    entry.text("claimed"),
                    trace == null ? null : new Trace(trace.required("traceId"), trace.required("spanId")),
                    entry.number("count", 1),
                    entry.text("reason"),
                    jvm == null ? null : new Jvm(jvm.required("pid"), jvm.required("version"), jvm.required("command")),
                    outcome == null
                            ? null
                            : new Outcome(outcome.required("of"), outcome.text("error"), outcome.number("micros", 0)));
        }
    }

    private static Target target(Members t) throws IOException {
        return new Target(
                t.text("name"),
                t.text("address"),
                (int) t.number("port", -1),
                t.text("method"),
                t.text("scheme"),
                t.text("path"),
                t.text("tool"),
                t.texts("command"),
                t.text("file"),
                t.text("agent"),
                t.text("region"));
    }

    /** The members of one JSON object: strings, numbers, lists of strings, and objects of the same. */
    private record Members(Map<String, Object> values) {

        private static final int DEEPEST = 16;

        static Members read(JsonParser parser, int depth) throws IOException {
            if (depth > DEEPEST) {
                throw new IOException("nested deeper than " + DEEPEST);
            }
            Map<String, Object> values = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                switch (parser.nextToken()) {
                    case START_OBJECT -> values.put(name, read(parser, depth + 1));
                    case START_ARRAY -> values.put(name, list(parser));
                    case VALUE_STRING -> values.put(name, parser.getText());
                    case VALUE_NUMBER_INT -> values.put(name, parser.getLongValue());
                    default -> {} // no member of ours has another form
                }
            }
            return new Members(values);
        }

        private static List<String> list(JsonParser parser) throws IOException {
            List<String> list = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token == null) {
                    throw new IOException("the list has no end");
                }
                if (token == JsonToken.VALUE_STRING) {
                    list.add(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return List.copyOf(list);
        }

        @Nullable
        String text(String name) throws IOException {
            Object value = values.get(name);
            if (value == null || value instanceof String) {
                return (String) value;
            }
            throw new IOException("'" + name + "' is not a string");
        }

        String required(String name) throws IOException {
            String value = text(name);
            if (value == null) {
                throw new IOException("'" + name + "' is missing");
            }
            return value;
        }

        long number(String name, long absent) throws IOException {
            Object value = values.get(name);
            if (value == null) {
                return absent;
            }
            if (value instanceof Long number) {
                return number;
            }
            throw new IOException("'" + name + "' is not a number");
        }

        @Nullable
        Members object(String name) throws IOException {
            Object value = values.get(name);
            if (value == null || value instanceof Members) {
                return (Members) value;
            }
            throw new IOException("'" + name + "' is not an object");
        }

        @SuppressWarnings("unchecked")
        List<String> texts(String name) throws IOException {
            Object value = values.get(name);
            if (value == null) {
                return List.of();
            }
            if (value instanceof List<?> list) {
                return (List<String>) list;
            }
            throw new IOException("'" + name + "' is not a list");
        }
    }
}
