package dev.sallyport.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One run of the refund desk against its servers, each in a JVM of its own.
 *
 * @param desk how the desk ended
 * @param seen what each far end saw, by its name
 * @param model every request that the model was sent
 * @param journal what the agent wrote down; empty without the agent
 */
record RefundDeskRun(Exited desk, JsonNode seen, String model, List<JournalEntry> journal) {

    private static final int PATIENCE_SECONDS = 30;

    /**
     * Runs the desk.
     *
     * @param mode the agent's mode, null to run without the agent
     * @param directory an empty directory for what is written
     */
    static RefundDeskRun of(Jdk jdk, @Nullable String mode, Path directory) throws Exception {
        Path apps = Product.app("refund-desk");
        Process servers = new ProcessBuilder(
                        jdk.command("java").toString(),
                        "-jar",
                        Product.app("refund-desk-servers")
                                .resolve("target/refund-desk-servers.jar")
                                .toString(),
                        apps.resolve("refunds.yaml").toString(),
                        directory.toString())
                .redirectOutput(directory.resolve("servers.out").toFile())
                .redirectErrorStream(true)
                .start();
        try {
            Path settings = directory.resolve("desk.properties");
            while (!Files.exists(settings)) {
                if (servers.waitFor(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(Files.readString(directory.resolve("servers.out")));
                }
            }
            ChildJvm desk = new ChildJvm(jdk, directory).option("-Djdk.net.hosts.file=" + directory.resolve("hosts"));
            if (mode != null) {
                desk.agent("policy=" + directory.resolve("refunds.yaml") + ",mode=" + mode + ",journal="
                        + directory.resolve("journal"));
            }
            Exited exited = desk.option("-jar")
                    .run(apps.resolve("target/refund-desk.jar").toString(), settings.toString());
            servers.getOutputStream().close();
            if (!servers.waitFor(PATIENCE_SECONDS, SECONDS)) {
                throw new AssertionError("the servers do not end");
            }
            return new RefundDeskRun(
                    exited,
                    new ObjectMapper().readTree(new File(directory.toFile(), "seen.json")),
                    Files.readString(directory.resolve("model.jsonl")),
                    mode == null ? List.of() : journal(directory.resolve("journal")));
        } finally {
            servers.destroyForcibly();
        }
    }

    /** Returns how many connections a far end took, or 0 if it could not be set up. */
    int connections(String farEnd) {
        return seen.path(farEnd).path("connections").asInt();
    }

    /** Returns how many requests of a far end match a pattern. */
    long requests(String farEnd, String pattern) {
        long count = 0;
        for (JsonNode request : seen.path(farEnd).path("requests")) {
            count += Pattern.matches(pattern, request.asText()) ? 1 : 0;
        }
        return count;
    }

    /** Returns whether a far end could be set up at all. */
    boolean watches(String farEnd) {
        return seen.has(farEnd);
    }

    private static List<JournalEntry> journal(Path directory) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        for (Path file : JournalReader.journalsIn(directory)) {
            try (JournalReader reader = JournalReader.open(file)) {
                for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }
}
