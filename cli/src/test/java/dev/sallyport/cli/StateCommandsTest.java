package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change what counts at once, and the one that makes bundles. */
class StateCommandsTest {

    @TempDir
    Path dir;

    private Path policy = Path.of("");
    private Path state = Path.of("");

    @BeforeEach
    void write() throws IOException {
        policy = Files.writeString(dir.resolve("refunds.yaml"), """
                apiVersion: sallyport.dev/v1
                kind: Policy
                metadata: {name: refunds, version: "1"}
                agents: {refund: {}, fraud-check: {}}
                egress:
                  - {id: psp, agent: [refund], to: ["api.psp.example:443"], action: allow, mode: monitor}
                killSwitch: {drillEvery: 30d}
                """);
        state = dir.resolve("refunds.yaml.state");
    }

    @Test
    void killAndReleaseWriteWhoAndWhyInPlaceOfWhatWasSaidBefore() throws IOException {
        Run kill = Run.of("kill", "refund", "--policy", policy, "--by", "ana", "--reason", "it\nloops");

        assertThat(kill.code()).isZero();
        assertThat(kill.out()).contains("agent refund is stopped");
        assertThat(Files.readString(state)).containsPattern("(?m)^kill refund \\S+Z ana: it loops$");

        Run.of("kill", "all", "--policy", policy);
        Run release = Run.of("release", "refund", "--policy", policy, "--by", "bob", "--json");

        assertThat(release.out()).contains("\"done\":true", "still stopped: all");
        assertThat(Files.readString(state))
                .containsPattern("(?m)^release refund \\S+Z bob$")
                .doesNotContain("kill refund");
    }

    @Test
    void aNameThatThePolicyDoesNotHaveIsRefusedWithASuggestion() {
        assertThat(Run.of("kill", "refnd", "--policy", policy).code()).isEqualTo(1);
        assertThat(Run.of("kill", "refnd", "--policy", policy).out()).contains("did you mean 'refund'?");
        assertThat(Run.of("promote", "ps", "--policy", policy).out()).contains("did you mean 'psp'?");
        assertThat(state).doesNotExist();
        assertThat(Run.of("kill", "refund").code()).isEqualTo(2);
    }

    @Test
    void aPolicyThatIsBrokenDoesNotKeepAnybodyFromBeingStopped() throws IOException {
        Files.writeString(policy, "broken: [");

        assertThat(Run.of("kill", "refund", "--policy", policy).code()).isZero();
    }

    @Test
    void promoteAndDemoteChangeARulesMode() throws IOException {
        assertThat(Run.of("promote", "psp", "--policy", policy).code()).isZero();
        assertThat(Files.readString(state)).contains("mode psp enforce\n");

        assertThat(Run.of("demote", "psp", "--policy", policy).code()).isZero();
        assertThat(Files.readString(state)).contains("mode psp monitor\n").doesNotContain("enforce");
    }

    @Test
    void aDrillThatNobodyAnswersHasNotPassed() throws IOException {
        Path journal = Files.createDirectory(dir.resolve("audit"));
        Files.writeString(journal.resolve("journal-20261120T000000.000Z-1.jsonl"), "");

        Run drill = Run.of("drill", "--policy", policy, "--journal", journal, "--wait", "0");

        assertThat(drill.code()).isEqualTo(1);
        assertThat(drill.out()).contains("0 of 1 JVMs answered");
        assertThat(Files.readString(state)).contains("drill ").doesNotContain("drilled");
    }

    @Test
    void aBundleIsMadeSignedAndVerified() {
        Path key = dir.resolve("key.pem");
        Path bundle = dir.resolve("refunds.sallyport");

        assertThat(Run.of("bundle", "--generate-key", key).code()).isZero();
        assertThat(Run.of("bundle", "--generate-key", key).code()).isEqualTo(2);
        assertThat(Run.of("bundle", policy, "-o", bundle, "--sign", key).out()).contains(", signed");
        assertThat(Run.of("bundle", bundle, "--verify", key + ".pub").code()).isZero();
        assertThat(Run.of("validate", bundle).code()).isZero();

        Run.of("bundle", policy, "-o", bundle);
        assertThat(Run.of("bundle", bundle, "--verify", key + ".pub").code()).isEqualTo(1);
    }
}
