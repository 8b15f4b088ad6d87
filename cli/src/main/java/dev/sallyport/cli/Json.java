package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** JSON output. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Returns a generator for the terminal, which closing it leaves open. */
    static JsonGenerator generator(Terminal terminal) throws IOException {
        return FACTORY.createGenerator(terminal.out()).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** Returns an entry as the journal writes it. */
    static String of(JournalEntry entry) {
        return new String(JournalEncoder.encode(List.of(entry)), StandardCharsets.UTF_8).stripTrailing();
    }
}
