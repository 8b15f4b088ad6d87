package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Libraries that call home, or wherever their input says: refused by one rule that names none of them, and told apart in
 * the journal. Names lead to an address of this machine; an address that is written into a library is only asked for where
 * the denial is expected.
 */
class StrayTelemetryIT {

    private static final String HOME = "127.9.0.1";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final String POLICY = Policies.with("""
            egress:
              - {id: beacons, library: {not: ["com.shop:*"]}, to: ["*"], action: deny}
            """);

    /**
     * A library.
     *
     * @param name what the program calls it
     * @param target the name or address that it asks for
     * @param port the port there
     * @param coordinates how the journal names it
     * @param scheme of the URL that is its input, null if it has the target built in
     */
    private record Library(
            String name,
            String target,
            int port,
            String coordinates,
            @Nullable String scheme) {

        boolean isLiteral() {
            return target.equals("169.254.169.254");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Library> LIBRARIES = List.of(
            new Library("ehcache", "www.terracotta.org", 80, "net.sf.ehcache:ehcache:2.8.8", null),
            new Library("quartz", "www.terracotta.org", 80, "org.quartz-scheduler:quartz:2.2.1", null),
            new Library("hazelcast", "phonehome.hazelcast.com", 443, "com.hazelcast:hazelcast:5.7.0", null),
            new Library(
                    "liquibase",
                    "config.liquibase.com",
                    443,
                    "liquibase-core-5.0.4.jar!liquibase.analytics.configuration",
                    null),
            new Library("s3", "169.254.169.254", 80, "software.amazon.awssdk:regions:2.31.0", null),
            new Library("azure-identity", "169.254.169.254", 80, "com.azure:azure-", null),
            new Library("xml", "attacker.example", 8099, "com.example:stray-telemetry:", "http"),
            new Library("log4j", "attacker.example", 8099, "org.apache.logging.log4j:log4j-core:2.14.1", "ldap"));

    @TempDir
    Path directory;

    static Stream<Library> withoutLiterals() {
        return LIBRARIES.stream().filter(library -> !library.isLiteral());
    }

    static Stream<Arguments> onEachJdk() {
        return LIBRARIES.stream().flatMap(library -> Jdks.all().stream().map(jdk -> Arguments.of(library, jdk)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutLiterals")
    void withoutTheAgentItReachesTheFarEnd(Library library) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (ServerSocket home = home(library)) {
            count(home, reached);
            try (Conversation child = start(jvm(Jdks.of(17)), library)) {
                assertThat(reached.await(60, TimeUnit.SECONDS))
                        .as(child.errors())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("onEachJdk")
    void theFarEndSeesNothingAndTheJournalNamesTheLibraryAndTheRule(Library library, Jdk jdk) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        ChildJvm jvm = jvm(jdk).policy(Policies.write(directory, POLICY)).option("-Ddiscover=true");
        try (ServerSocket home = home(library)) {
            count(home, reached);
            try (Conversation child = start(jvm, library)) {
                JournalEntry refused = await(jvm, entry -> isAbout(library, entry), child);

                assertThat(refused.decision()).isEqualTo("deny");
                assertThat(refused.rule()).isEqualTo("beacons");
                assertThat(refused.library()).startsWith(library.coordinates());
            }
            assertThat(reached.getCount()).as("nobody came").isOne();
        }
    }

    private static boolean isAbout(Library library, JournalEntry entry) {
        return library.target().equals(entry.target().name())
                || library.target().equals(entry.target().address());
    }

    private static JournalEntry await(ChildJvm jvm, Predicate<JournalEntry> wanted, Conversation child)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() - end < 0) {
            for (JournalEntry entry : Journals.read(jvm.journal())) {
                if (wanted.test(entry)) {
                    return entry;
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("it was not journalled: " + Journals.read(jvm.journal()) + "; " + child.errors());
    }

    private ChildJvm jvm(Jdk jdk) throws IOException {
        Path hosts = Files.writeString(
                directory.resolve("hosts"),
                HOME + " www.terracotta.org phonehome.hazelcast.com metadata.google.internal config.liquibase.com"
                        + " attacker.example\n127.0.0.1 localhost "
                        + InetAddress.getLocalHost().getHostName() + "\n");
        return new ChildJvm(jdk, directory)
                .classPath(Product.strayTelemetry())
                .option("-Djdk.net.hosts.file=" + hosts, "-XX:TieredStopAtLevel=1", "-Dsallyport.log=error");
    }

    private static Conversation start(ChildJvm jvm, Library library) {
        Conversation child = library.scheme() == null
                ? jvm.talk("com.example.stray.Stray", library.name())
                : jvm.talk(
                        "com.example.stray.Stray",
                        library.name(),
                        library.scheme() + "://" + library.target() + ":" + library.port() + "/order");
        assertThat(child.ask("go")).isEqualTo("used");
        return child;
    }

    private static ServerSocket home(Library library) {
        try {
            return new ServerSocket(library.port(), 50, InetAddress.getByName(HOME));
        } catch (IOException e) {
            return abort("port " + library.port() + " of " + HOME + " cannot be had: " + e.getMessage());
        }
    }

    private static void count(ServerSocket home, CountDownLatch reached) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        try {
                            home.accept().close();
                            reached.countDown();
                        } catch (IOException e) {
                            return; // closed
                        }
                    }
                },
                "home");
        thread.setDaemon(true);
        thread.start();
    }
}
