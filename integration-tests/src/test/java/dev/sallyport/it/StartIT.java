package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be enforced does not start: one clear message, exit status 78, and the program never ran. */
class StartIT {

    private static final int EX_CONFIG = 78;

    @TempDir
    Path directory;

    @EachJdk
    void aValidPolicyStartsWithoutAWord(Jdk jdk) {
        Exited exited = hello(jdk, "policy=" + Policies.write(directory, Policies.DENY_ALL) + journal());

        assertThat(exited).isEqualTo(new Exited(0, "main ran\n", ""));
    }

    @EachJdk
    void noPolicyIsRefused(Jdk jdk) {
        assertStops(hello(jdk, null), "no policy", "policy=FILE", "-Dsallyport.policy", "SALLYPORT_POLICY");
    }

    @EachJdk
    void aMissingPolicyFileIsRefused(Jdk jdk) {
        Path missing = directory.resolve("missing.yaml");

        assertStops(hello(jdk, "policy=" + missing + journal()), missing.toString());
    }

    @EachJdk
    void aDirectoryInsteadOfAPolicyIsRefused(Jdk jdk) {
        assertStops(hello(jdk, "policy=" + directory + journal()), directory.toString(), "directory");
    }

    @EachJdk
    void anUnreadablePolicyIsRefused(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(policy), "this user may read every file");

        assertStops(hello(jdk, "policy=" + policy + journal()), policy.toString());
    }

    @EachJdk
    void anEmptyPolicyIsRefused(Jdk jdk) {
        assertStops(hello(jdk, "policy=" + Policies.write(directory, "") + journal()), "policy.yaml");
    }

    @EachJdk
    void brokenYamlIsRefusedWithItsPlace(Jdk jdk) {
        Path policy = Policies.write(directory, "apiVersion: sallyport.dev/v1\nkind: Policy\negress: [{id: a\n");

        assertStops(hello(jdk, "policy=" + policy + journal()), "policy.yaml:4:");
    }

    @EachJdk
    void aPolicyOfAnotherVersionIsRefused(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.DENY_ALL.replace("sallyport.dev/v1", "sallyport.dev/v9"));

        assertStops(hello(jdk, "policy=" + policy + journal()), "policy.yaml:1:", "sallyport.dev/v9");
    }

    @EachJdk
    void anUnknownGroupIsRefusedWithASuggestion(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.with("""
                        groups:
                          psp: {fqdn: [api.psp.example]}
                        egress:
                          - {id: pay, to: [pps], action: allow}
                        """));

        assertStops(hello(jdk, "policy=" + policy + journal()), "policy.yaml:8:", "'pps'", "did you mean 'psp'?");
    }

    @EachJdk
    void aSectionThatIsNotSupportedYetIsRefused(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.DENY_ALL + "anomaly: {warmup: 7d}\n");

        assertStops(hello(jdk, "policy=" + policy + journal()), "policy.yaml:8:", "anomaly", "not supported yet");
    }

    @EachJdk
    void aJournalThatCannotBeWrittenIsRefused(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        Path inTheWay = Files.writeString(directory.resolve("in-the-way"), "a file");

        assertStops(hello(jdk, "policy=" + policy + ",journal=" + inTheWay), inTheWay.toString(), "journal");
        assertStops(hello(jdk, "policy=" + policy + ",journal=" + inTheWay.resolve("below")), inTheWay.toString());
    }

    @EachJdk
    void anUnknownOptionIsRefusedWithASuggestion(Jdk jdk) {
        assertStops(hello(jdk, "polcy=x.yaml"), "'polcy'", "did you mean 'policy'?");
    }

    @EachJdk
    void anUnknownSystemPropertyIsRefusedWithASuggestion(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        Exited exited = jvm(jdk).option("-Dsallyport.jurnal=x")
                .agent("policy=" + policy + journal())
                .run("com.example.exits.Hello");

        assertStops(exited, "sallyport.jurnal", "did you mean 'journal'?");
    }

    @EachJdk
    void anUnknownModeIsRefused(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        assertStops(hello(jdk, "policy=" + policy + ",mode=watch" + journal()), "'watch'", "monitor", "enforce");
    }

    @EachJdk
    void theAgentsArgumentComesBeforeTheSystemPropertyAndThatBeforeTheEnvironment(Jdk jdk) {
        assertStops(
                jvm(jdk).environment("SALLYPORT_POLICY", "from-environment.yaml")
                        .option("-Dsallyport.policy=from-property.yaml")
                        .agent("policy=from-argument.yaml")
                        .run("com.example.exits.Hello"),
                "from-argument.yaml");
        assertStops(
                jvm(jdk).environment("SALLYPORT_POLICY", "from-environment.yaml")
                        .option("-Dsallyport.policy=from-property.yaml")
                        .agent(null)
                        .run("com.example.exits.Hello"),
                "from-property.yaml");
        assertStops(
                jvm(jdk).environment("SALLYPORT_POLICY", "from-environment.yaml")
                        .agent(null)
                        .run("com.example.exits.Hello"),
                "from-environment.yaml");
    }

    @EachJdk
    void theJdksOwnToolsRunUnderTheAgentWithoutNoise(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        Path source = Files.writeString(directory.resolve("Empty.java"), "class Empty {}");
        ChildJvm tools = new ChildJvm(jdk, directory)
                .environment("JAVA_TOOL_OPTIONS", "-javaagent:" + Product.JAR)
                .environment("SALLYPORT_POLICY", policy.toString())
                .environment("SALLYPORT_JOURNAL", directory.resolve("journal").toString());

        for (Exited exited : List.of(
                tools.runTool("java", "-version"),
                tools.runTool("jcmd", "-l"),
                tools.runTool("javac", "-d", directory.toString(), source.toString()))) {
            assertThat(exited.status()).as(exited.err()).isZero();
            assertThat(exited.err().lines().filter(line -> !line.startsWith("Picked up JAVA_TOOL_OPTIONS:")))
                    .noneMatch(line -> line.contains("sallyport"));
            assertThat(exited.out()).doesNotContain("sallyport:");
        }
        assertThat(directory.resolve("Empty.class")).exists();
    }

    @EachJdk
    void aPolicyWithoutConditionsLoadsNothingOfWhatConditionsNeed(Jdk jdk) throws IOException {
        Path plain = Policies.write(directory, Policies.with("""
                agents: {refund: {}}
                egress:
                  - {id: pay, agent: [refund], to: ["api.psp.example:443"], http: [{method: POST}], action: allow}
                tools:
                  - {id: score, agent: [refund], tool: ["score*"], action: allow}
                """));
        Path asking = Policies.write(
                Files.createDirectory(directory.resolve("asking")),
                Policies.with("tools: [{id: a, tool: t, when: args.amount > 3, action: allow}]\n"));

        assertThat(classesOf(jdk, plain))
                .contains("dev.sallyport.policy.PolicyEngine")
                .doesNotContain(CONDITIONS);
        assertThat(classesOf(jdk, asking)).as("what such a policy loads").contains(CONDITIONS[0]);
    }

    /** CEL and what it stands on, patterns, schemas of arguments. */
    private static final String[] CONDITIONS = {
        " dev.cel.",
        " com.google.",
        " org.antlr.",
        "dev.sallyport.policy.condition.",
        "dev.sallyport.policy.load.TermsReading",
        "dev.sallyport.policy.load.SchemaReading",
        "dev.sallyport.agent.ConditionsCompiler"
    };

    private String classesOf(Jdk jdk, Path policy) throws IOException {
        Path classes = directory.resolve("classes");
        Exited exited = jvm(jdk).agent("policy=" + policy + journal())
                .option("-Xlog:class+load:file=" + classes)
                .run("com.example.exits.Hello");
        assertThat(exited).isEqualTo(new Exited(0, "main ran\n", ""));
        return Files.readString(classes).replaceAll("(?m)^\\[[^\\]]*\\]*(\\[[^\\]]*\\])* ?", " ");
    }

    private Exited hello(Jdk jdk, @Nullable String agentOptions) {
        return jvm(jdk).agent(agentOptions).run("com.example.exits.Hello");
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }

    private String journal() {
        return ",journal=" + directory.resolve("journal");
    }

    private static void assertStops(Exited exited, String... said) {
        assertThat(exited.err()).contains(said);
        assertThat(exited.err()).doesNotContain("\tat ", "Exception", "FATAL");
        assertThat(exited.err().lines().filter(line -> line.startsWith("sallyport")))
                .as("messages")
                .hasSize(1);
        assertThat(exited.out()).as("what main printed").isEmpty();
        assertThat(exited.status()).isEqualTo(EX_CONFIG);
    }
}
