package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aDirectorysErrorsAreDescribedToo() throws IOException {
        Path policy = Files.createDirectory(dir.resolve("policy"));
        Shop.policy(policy, "10-head.yaml", "");
        Files.writeString(policy.resolve("20-rules.yaml"), "egress:\n  - {id: all, to: [pps], action: allow}\n");

        Run run = Run.of("validate", policy);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("20-rules.yaml:2:20: unknown group 'pps'", "\n    to: Where to");
    }

    @Test
    void theKeyAtWhichAnErrorStandsIsDescribed() throws IOException {
        Path policy = Shop.policy(dir, "described.yaml", """
                groups:
                  psp: {fqdn: [api.psp.example], resolved: privat, ports: [443, 99999]}
                egress:
                  - id: pay
                    to: [pps]
                    http: [{method: POST, path: refunds}]
                    action: allow
                """);

        Run run = Run.of("validate", policy);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("did you mean 'private'?\n    resolved: Which addresses the names may resolve to")
                .contains("'99999' is not a port", "\n    ports: Ports and ranges of ports")
                .contains("unknown group 'pps'; did you mean 'psp'?\n    to: Where to")
                .contains("'refunds' does not begin with '/'\n    path: The path without its query");
    }

    @Test
    void aValidPolicyIsSummedUp() throws IOException {
        assertThat(validate("  - {id: psp, to: [\"api.psp.example:443\"], action: allow}\n"))
                .isZero();

        assertThat(out.toString())
                .endsWith(
                        "refunds.yaml is valid (0 errors, 0 warnings): refunds@1, 1 egress rule, 0 tool rules, 0 agents,"
                                + " mode enforce\n");
    }

    @Test
    void anErrorIsNamedWithItsPlace() throws IOException {
        assertThat(validate("  - {id: psp, to: [pps], actoin: allow}\n")).isEqualTo(1);

        assertThat(out.toString())
                .contains("refunds.yaml:5:", "unknown key 'actoin'")
                .contains("refunds.yaml is not valid: ");
    }

    @Test
    void jsonCarriesPlaceAndVerdict() throws IOException {
        write("  - {id: psp, to: [pps], action: allow}\n");
        assertThat(run("validate", "--json", dir.resolve("refunds.yaml").toString()))
                .isEqualTo(1);

        assertThat(out.toString())
                .contains("\"valid\":false", "\"severity\":\"error\",\"file\":\"refunds.yaml\",\"line\":5,\"column\":")
                .contains("unknown group 'pps'");
    }

    @Test
    void aMissingFileIsNotAnInvalidPolicy() {
        assertThat(run("validate", dir.resolve("absent.yaml").toString())).isEqualTo(2);

        assertThat(err.toString()).isEqualTo("sallyport: there is no file " + dir.resolve("absent.yaml") + "\n");
    }

    @Test
    void withoutACommandTheUsageIsShown() {
        assertThat(run()).isEqualTo(2);

        assertThat(err.toString()).contains("validate", "report", "explain");
    }

    @Test
    void theVersionIsTold() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).startsWith("sallyport ");
    }

    private int validate(String rules) throws IOException {
        write(rules);
        return run("validate", dir.resolve("refunds.yaml").toString());
    }

    private void write(String rules) throws IOException {
        Files.writeString(
                dir.resolve("refunds.yaml"),
                "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: refunds, version: \"1\"}\negress:\n"
                        + rules);
    }

    private int run(String... args) {
        return SallyportCommand.run(
                new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true), new PrintWriter(err, true), args);
    }
}
