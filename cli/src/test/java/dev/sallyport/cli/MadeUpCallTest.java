package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain} of a call that nobody made yet. */
class MadeUpCallTest {

    @TempDir
    Path dir;

    private Path policy = Path.of("");

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Shop.policy(dir);
    }

    @Test
    void anAllowedRequestIsToldStepByStepWithEveryRule() {
        Run run = explain(
                "--agent",
                "refund",
                "--to",
                "https://api.psp.example/v1/refunds",
                "--method",
                "POST",
                "--library",
                "com.shop:desk:1.0");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("ALLOWED refund -> POST https://api.psp.example:443/v1/refunds\n")
                .containsPattern("(?m)^  http +allowed by refund-psp \\(refunds.yaml:")
                .containsPattern("(?m)^  name +(allowed|goes on) by ")
                .containsPattern("(?m)^  connect +allowed by refund-psp")
                .containsPattern("(?m)^ +own-traffic +allow ")
                .containsPattern("(?m)^ +no-shell +deny +enforce +refunds.yaml:\\d+ +no +it does not cover tcp")
                .containsPattern("(?m)^=> +refund-psp +allow +enforce +refunds.yaml:\\d+ +yes ");
    }

    @Test
    void aRefusalEndsAtItsStepAndSaysWhy() {
        Run run = explain("--agent", "refund", "--via", "process", "--to", "/bin/sh");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("DENIED refund -> /bin/sh\n")
                .containsPattern("(?m)^  process +denied by no-shell ")
                .containsPattern("(?m)^=> +no-shell ");
    }

    @Test
    void anotherLibraryIsRefused() {
        assertThat(explain(
                                "--agent",
                                "refund",
                                "--to",
                                "api.psp.example",
                                "--method",
                                "POST",
                                "--path",
                                "/v1/refunds",
                                "--library",
                                "com.acme:beacon:1.0")
                        .out())
                .startsWith("DENIED refund -> POST https://api.psp.example:443/v1/refunds")
                .contains("com.acme:beacon:1.0 is outside library list [com.shop:*]");
    }

    @Test
    void delegationAndToolsAreExplainedToo() {
        assertThat(explain("--agent", "refund", "--enter", "orchestrator").out())
                .startsWith("DENIED refund -> orchestrator\n")
                .contains("delegation");
        assertThat(explain("--agent", "refund", "--tool", "deleteOrder").out())
                .startsWith("DENIED refund -> deleteOrder\n")
                .containsPattern("(?m)^=> +destructive ");
    }

    @Test
    void whatWasNotGivenIsSaid() {
        assertThat(explain("--to", "api.psp.example:443").out())
                .contains("note  no library was given", "note  no address was given");
    }

    @Test
    void jsonHoldsTheStepsWithTheirRules() {
        assertThat(explain("--agent", "refund", "--tool", "deleteOrder", "--json")
                        .out())
                .startsWith(
                        "{\"agent\":\"refund\",\"target\":\"deleteOrder\",\"decision\":\"deny\",\"rule\":\"destructive\","
                                + "\"steps\":[{\"stage\":\"tool\"")
                .contains("\"rules\":[{\"id\":\"own-traffic\"");
    }

    @Test
    void aFactThatMakesNoSenseIsWrongUsage() {
        Run run = explain("--agent", "refnd", "--to", "api.psp.example:443");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--agent: unknown agent 'refnd'; did you mean 'refund'?");
    }

    @Test
    void withoutAPolicyOrACallTheUsageIsSaid() {
        assertThat(Run.of("explain", "--to", "a.example:443").err()).contains("Say by which policy: --policy FILE");
        assertThat(Run.of("explain").code()).isEqualTo(2);
        assertThat(explain("d-1", "--to", "a.example:443").err()).contains("Say an id or a call, not both");
    }

    private Run explain(String... options) {
        List<Object> words = new ArrayList<>(List.of("explain", "--policy", policy));
        words.addAll(List.of(options));
        return Run.of(words.toArray());
    }
}
