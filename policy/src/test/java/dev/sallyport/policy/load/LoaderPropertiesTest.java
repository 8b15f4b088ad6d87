package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Documents that say what a policy may say, and nearly: each is loaded, or refused with the places of its errors, by a thread
 * of a small stack, and allocates in proportion to its size.
 */
class LoaderPropertiesTest {

    private static final long STACK = 512 << 10;

    /** What a document may allocate whatever it is, and for each of its bytes. */
    private static final long ALLOCATED = 64L << 20;

    private static final long ALLOCATED_A_BYTE = 4_000;

    private static final AtomicInteger LOADED = new AtomicInteger();

    private static final Path DIR = directory();

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("policies");
            PolicyDocumentTest.feeds(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void close() throws IOException {
        assertThat(LOADED.get()).as("documents that were loaded").isGreaterThan(500);
        try (Stream<Path> files = Files.walk(DIR)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 20_000, seed = "20261001", shrinking = ShrinkingMode.OFF)
    void aDocumentOfTheSchemaIsLoadedOrRefusedWithPlaces(@ForAll("documents") String document) {
        assertBounded(document);
    }

    @Property(tries = 300, seed = "20261002", shrinking = ShrinkingMode.OFF)
    void aBombIsRefusedAtItsCost(@ForAll("bombs") String bomb) {
        assertBounded(bomb);
    }

    @Provide
    Arbitrary<String> documents() {
        SchemaDocuments documents = SchemaDocuments.ofPolicies();
        return Arbitraries.randomValue(documents::next);
    }

    /** Aliases of aliases, deep nesting of each kind, long numbers, at places where a policy has values. */
    @Provide
    Arbitrary<String> bombs() {
        return Arbitraries.randomValue(SchemaDocuments::bomb);
    }

    private static void assertBounded(String document) {
        Path file = DIR.resolve("policy.yaml");
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        long[] allocated = new long[1];
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        Files.writeString(file, document);
                        long before = allocatedByThread();
                        load(file);
                        allocated[0] = allocatedByThread() - before;
                    } catch (Throwable t) {
                        failed.set(t);
                    }
                },
                "loader",
                STACK);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(failed.get()).as(document).isNull();
        long bytes = document.getBytes(StandardCharsets.UTF_8).length;
        assertThat(allocated[0]).as(document).isLessThan(ALLOCATED + ALLOCATED_A_BYTE * bytes);
    }

    private static void load(Path file) {
        try {
            PolicyLoader.load(file, Overrides.NONE);
            LOADED.incrementAndGet();
        } catch (PolicyException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    private static long allocatedByThread() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
