package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a change to a state file.
 *
 * @param line the line that was written, null if none was
 * @param message what to tell
 */
record StateChange(@Nullable String line, String message) {

    static StateChange done(String line, String message) {
        return new StateChange(line, message);
    }

    static StateChange refused(String message) {
        return new StateChange(null, message);
    }

    /** Prints it and returns the exit code. */
    int print(Terminal terminal, boolean json, StateOption state) throws IOException {
        if (json) {
            try (JsonGenerator generator = Json.generator(terminal)) {
                generator.writeStartObject();
                generator.writeStringField("stateFile", state.file().toString());
                generator.writeBooleanField("done", line != null);
                if (line != null) {
                    generator.writeStringField("line", line);
                }
                generator.writeStringField(line == null ? "problem" : "message", message);
                generator.writeEndObject();
            }
            terminal.out().println();
        } else {
            terminal.out()
                    .println((line == null ? Style.DENIED : Style.PLAIN).paint(Plain.text(message), terminal.colour()));
            if (line != null) {
                terminal.out().println(Plain.text(state.file() + ": " + line));
            }
        }
        return line == null ? SallyportCommand.NO : 0;
    }
}
