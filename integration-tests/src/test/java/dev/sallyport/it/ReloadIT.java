package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A changed policy is enforced in the running JVM; a broken one changes nothing. */
class ReloadIT {

    private static final String ALLOWED = "ok";
    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";
    private static final Duration LONGEST = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @EachJdk
    void aChangedPolicyIsEnforcedInTheRunningJvm(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        ChildJvm jvm = jvm(jdk).policy(policy);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);

            Policies.write(directory, Policies.DENY_ALL);
            reportMillis(jdk, "to deny", awaitAnswer(child, farEnd, REFUSED));
            int seen = farEnd.seen();
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isEqualTo(seen);

            Policies.write(directory, Policies.ALLOW_ALL);
            reportMillis(jdk, "to allow", awaitAnswer(child, farEnd, ALLOWED));
            assertThat(farEnd.seen()).isGreaterThan(seen);
        }
        assertThat(Journals.read(jvm.journal()).stream()
                        .filter(entry -> entry.stage().equals("policy")))
                .as("policies that came into force")
                .hasSize(3);
    }

    @EachJdk
    void aBrokenChangeKeepsTheLastGoodPolicyAndSaysSo(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        ChildJvm jvm = jvm(jdk).policy(policy);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);

            Policies.write(directory, Policies.ALLOW_ALL + "egres: []\n");
            awaitErrors(child, "policy.yaml:8:");
            assertThat(child.errors()).contains("did you mean 'egress'?");
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isZero();

            Policies.write(directory, Policies.ALLOW_ALL);
            awaitAnswer(child, farEnd, ALLOWED);
        }
        assertThat(Journals.read(jvm.journal()).stream()
                        .filter(entry -> entry.stage().equals("policy")))
                .extracting(JournalEntry::decision)
                .containsExactly("allow", "deny", "allow");
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }

    private static String connect(Conversation child, FarEnd farEnd) {
        return child.ask("Socket", "caller", farEnd.target());
    }

    /** Tries until the answer is the expected one, and returns the milliseconds that this took. */
    private static long awaitAnswer(Conversation child, FarEnd farEnd, String expected) {
        long start = System.nanoTime();
        String answer = connect(child, farEnd);
        while (!answer.equals(expected)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("still: " + answer)
                    .isLessThan(LONGEST);
            answer = connect(child, farEnd);
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
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

    private static void reportMillis(Jdk jdk, String change, long millis) {
        System.out.println(jdk + ": change " + change + " enforced after " + millis + " ms");
    }
}
