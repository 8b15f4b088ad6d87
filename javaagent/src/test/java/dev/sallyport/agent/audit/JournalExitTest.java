package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Policy.OnFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ends child JVMs in every way and reads what their journals kept. */
class JournalExitTest {

    private static final int EVENTS = 3_000;

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({"end, 0", "exit, 7", "uncaught, 1"})
    void howeverAJvmEndsNothingIsLost(String way, int code) throws Exception {
        assertThat(runChild(way)).isEqualTo(code);

        assertThat(Facts.read(journal())).hasSize(EVENTS);
    }

    @Test
    void whatTheApplicationsShutdownHooksDoIsRecordedToo() throws Exception {
        assertThat(runChild("hook")).isZero();

        assertThat(Facts.read(journal()))
                .hasSize(EVENTS + 1)
                .last()
                .extracting(e -> e.target().name())
                .isEqualTo("from-a-hook");
    }

    @Test
    void aHaltedJvmLeavesAJournalThatIsWholeUpToTheLastMilliseconds() throws Exception {
        assertThat(runChild("halt")).isEqualTo(9);

        assertThat(Facts.read(journal())).hasSizeGreaterThanOrEqualTo(EVENTS);
    }

    private Path journal() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("audit"))) {
            List<Path> found = files.toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private int runChild(String way) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        dir.resolve("audit").toString(),
                        way)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("output").toFile())
                .start();
        if (!child.waitFor(60, TimeUnit.SECONDS)) {
            child.destroyForcibly();
            throw new AssertionError("the child did not end: " + Files.readString(dir.resolve("output")));
        }
        return child.exitValue();
    }

    /** The child's main class. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            Journal journal = Journal.open(Path.of(args[0]), OnFull.DENY, Facts.IDS);
            journal.start();
            for (int i = 0; i < EVENTS; i++) {
                journal.offer(Facts.event(Facts.connect("host"), Facts.ALLOWED));
            }
            switch (args[1]) {
                case "exit" -> System.exit(7);
                case "uncaught" -> throw new IllegalStateException("uncaught");
                case "hook" ->
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                        while (journal.queued() > 0) {
                            Thread.onSpinWait();
                        }
                        journal.offer(Facts.event(Facts.connect("from-a-hook"), Facts.ALLOWED));
                    }));
                case "halt" -> {
                    while (lines(journal.file()) < EVENTS) {
                        Thread.onSpinWait();
                    }
                    journal.offer(Facts.event(Facts.connect("last"), Facts.ALLOWED));
                    Runtime.getRuntime().halt(9);
                }
                default -> {}
            }
        }

        private static int lines(Path file) throws IOException {
            int lines = 0;
            for (byte b : Files.readAllBytes(file)) {
                lines += b == '\n' ? 1 : 0;
            }
            return lines;
        }
    }
}
