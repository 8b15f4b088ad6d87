package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Each command of the shipped jar, on the journal of a program of three agents that ran under a policy which only watched. */
class CommandLineIT {

    @TempDir
    private static Path directory;

    private static final Map<Jdk, Path> RUNS = new HashMap<>();

    @EachJdk
    void aPolicyIsLearnedThatAllowsWhatHappenedAndNotWhatARuleRefuses(Jdk jdk) throws Exception {
        Path run = run(jdk);
        Path learned = run.resolve("learned.yaml");

        Exited exited = sallyport(
                jdk, "learn", "--journal", journal(run), "--policy", policy(run), "-o", learned, "--name", "desk");

        assertThat(exited.status()).as(exited.toString()).isZero();
        String text = Files.readString(learned);
        assertThat(text)
                .contains("mode: monitor", "metadata: {name: desk", "path: /v1/refunds", "path: \"/orders/*\"")
                .contains("delegatesTo: [fraud-check, refund]", "tool: [")
                .contains("# not learned, ", "rule 'no-shell'")
                .doesNotContain("via: [process]");
        assertThat(sallyport(jdk, "validate", learned).status()).isZero();
        Exited same = sallyport(jdk, "diff", learned, learned, "--journal", journal(run));
        assertThat(same.status()).as(same.toString()).isZero();
        Exited changed =
                sallyport(jdk, "diff", policy(run), learned, "--mode", "enforce", "--json", "--journal", journal(run));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(1);
        assertThat(changed.out())
                .contains("\"before\":{\"decision\":\"deny\"")
                .contains("\"after\":{\"decision\":\"allow\"");
    }

    @EachJdk
    void aPolicyIsCheckedTestedAndExported(Jdk jdk) throws Exception {
        Path run = run(jdk);
        Path cases = Files.writeString(run.resolve("refunds.test.yaml"), """
                - name: the fraud check scores orders
                  call: {agent: fraud-check, tool: scoreOrder}
                  expect: {decision: allow, rule: score}
                - name: nobody starts a shell
                  call: {agent: refund, via: process, to: /bin/sh, library: "com.shop:refund-desk"}
                  expect: {decision: deny, rule: no-shell}
                """);

        assertThat(sallyport(jdk, "validate", policy(run)).out()).contains("is valid");
        Exited lint = sallyport(jdk, "lint", policy(run), "--journal", journal(run), "--json");
        assertThat(lint.status()).as(lint.toString()).isEqualTo(1);
        assertThat(lint.out()).contains("\"check\":\"never-denied\"");
        Exited test = sallyport(jdk, "test", policy(run), "--cases", cases, "--junit", run.resolve("report.xml"));
        assertThat(test.status()).as(test.toString()).isZero();
        assertThat(Files.readString(run.resolve("report.xml"))).contains("tests=\"2\" failures=\"0\"");
        for (String layer : List.of("kubernetes", "cilium", "azure-firewall", "smokescreen")) {
            Exited exported = sallyport(jdk, "export", policy(run), "--to", layer);
            assertThat(exported.err()).as(layer).isEmpty();
            assertThat(exported.out()).as(layer).contains("Written by sallyport export from policy refunds@");
        }
    }

    @EachJdk
    void aDecisionIsExplainedAndAnotherMadeUp(Jdk jdk) throws Exception {
        Path run = run(jdk);
        String id = "";
        for (JournalEntry entry : Journals.read(run.resolve("journal"))) {
            if ("no-shell".equals(entry.wouldRule())) {
                id = entry.id();
            }
        }

        Exited recorded = sallyport(jdk, "explain", id, "--journal", journal(run));
        assertThat(recorded.out()).contains("enforced, the rule no-shell would have denied it", "=>  no-shell");
        Exited madeUp = sallyport(
                jdk, "explain", "--policy", policy(run), "--agent", "refund", "--via", "process", "--to", "/bin/sh");
        assertThat(madeUp.status()).isEqualTo(1);
        assertThat(madeUp.out()).startsWith("DENIED refund -> /bin/sh").contains("=>  no-shell");
        assertThat(sallyport(jdk, "report", "--denied", "--journal", journal(run))
                        .out())
                .contains("no-shell");
    }

    @EachJdk
    void editorsAndShellsAreHelped(Jdk jdk) {
        assertThat(sallyport(jdk, "schema").out()).contains("https://json-schema.org/draft/2020-12/schema");
        assertThat(sallyport(jdk, "completion").out()).contains("_picocli_sallyport_lint()");
        assertThat(sallyport(jdk, "--help").out())
                .contains("validate", "lint", "test", "learn", "diff", "export", "doctor");
    }

    @EachJdk
    void aRunningJvmIsLookedAtByItsProcessId(Jdk jdk) throws Exception {
        Path policy = Policies.write(Files.createDirectories(run(jdk).resolve("live")), Policies.ALLOW_ALL);
        try (Conversation child = new ChildJvm(jdk, run(jdk).resolve("live"))
                .classPath(List.of(Product.exits()))
                .environment("DISPLAY", ":9")
                .option("-Dlonger.than.a.page.of.memory=" + "x".repeat(5_000))
                .policy(policy)
                .talk("com.example.exits.Exits")) {

            Exited exited = sallyport(jdk, "doctor", "--pid", String.valueOf(child.pid()));

            assertThat(exited.status()).as(exited.toString()).isEqualTo(1);
            assertThat(exited.out())
                    .contains("missing -XX:+DisableAttachMechanism", policy + " can be written by this user")
                    .contains("DISPLAY is :9")
                    .doesNotContain("nothing is guarded", "no policy");
        }
    }

    private static Path run(Jdk jdk) throws Exception {
        Path done = RUNS.get(jdk);
        if (done == null) {
            done = Files.createDirectory(directory.resolve("jdk" + jdk.feature()));
            RefundDeskRun.of(jdk, "monitor", done);
            RUNS.put(jdk, done);
        }
        return done;
    }

    private static Path policy(Path run) {
        return run.resolve("refunds.yaml");
    }

    private static Path journal(Path run) {
        return run.resolve("journal");
    }

    private static Exited sallyport(Jdk jdk, Object... words) {
        List<String> arguments = new ArrayList<>();
        for (Object word : words) {
            arguments.add(word.toString());
        }
        try {
            return new ChildJvm(jdk, Files.createTempDirectory(directory, "command"))
                    .option("-jar")
                    .run(Product.JAR.toString(), arguments.toArray(new String[0]));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
