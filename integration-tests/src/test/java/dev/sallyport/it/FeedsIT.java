package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What a list names is refused; a changed list is enforced in the running JVM, a broken one changes nothing. */
class FeedsIT {

    private static final String ALLOWED = "ok";
    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final String DENY_LISTED = Policies.with("""
            groups: {threats: {feed: {file: threats.txt}}}
            egress:
              - {id: threats, to: [threats], action: deny}
              - {id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}
              - {id: all-paths, via: [unix, process, native, attach], to: ["**"], action: allow}
            """);

    @TempDir
    Path directory;

    @EachJdk
    void aChangedListIsEnforcedInTheRunningJvm(Jdk jdk) throws IOException {
        list("collect.acme.example\n");
        ChildJvm jvm = jvm(jdk);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);

            list("collect.acme.example\n127.0.0.0/8\n");
            awaitAnswer(child, farEnd, REFUSED);
            int seen = farEnd.seen();
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isEqualTo(seen);

            list("");
            awaitErrors(child, "it is empty");
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);

            list("# nothing today\n");
            awaitAnswer(child, farEnd, ALLOWED);
        }
        assertThat(Journals.read(jvm.journal()).stream()
                        .filter(entry -> entry.stage().equals("policy")))
                .as("what came into force, and what did not")
                .extracting(JournalEntry::decision)
                .containsExactly("allow", "allow", "deny", "allow");
        assertThat(Journals.read(jvm.journal()).stream()
                        .filter(entry -> entry.stage().equals("policy"))
                        .skip(1)
                        .findFirst())
                .hasValueSatisfying(entry -> {
                    assertThat(entry.target().file()).endsWith("threats.txt");
                    assertThat(entry.reason())
                            .startsWith("group threats: 2 entries, ")
                            .contains("SHA-256 ");
                });
    }

    @EachJdk
    void aJvmWhoseListIsMissingDoesNotStart(Jdk jdk) {
        Exited exited = jvm(jdk).run("com.example.exits.Exits");
        assertThat(exited.status()).isEqualTo(78);
        assertThat(exited.err()).contains("policy.yaml:5:33: there is no file 'threats.txt'");
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .policy(Policies.write(directory, DENY_LISTED));
    }

    private void list(String lines) throws IOException {
        Path whole = Files.writeString(directory.resolve("threats.txt.new"), lines);
        Files.move(
                whole,
                directory.resolve("threats.txt"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static String connect(Conversation child, FarEnd farEnd) {
        return child.ask("Socket", "caller", farEnd.target());
    }

    private static void awaitAnswer(Conversation child, FarEnd farEnd, String expected) {
        long start = System.nanoTime();
        for (String answer = connect(child, farEnd); !answer.equals(expected); answer = connect(child, farEnd)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("still: " + answer)
                    .isLessThan(LONGEST);
        }
    }

    private static void awaitErrors(Conversation child, String expected) {
        long start = System.nanoTime();
        while (!child.errors().contains(expected)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("stderr: " + child.errors())
                    .isLessThan(LONGEST);
            Thread.onSpinWait();
        }
    }
}
