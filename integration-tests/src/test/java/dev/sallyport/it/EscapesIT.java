package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.VirtualMachine;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile code that goes at the gate itself, or around it: each way works without the agent and leads nowhere with it,
 * under a policy that lets one library go to the network, and all code to one name; whoever likes may load native libraries.
 */
class EscapesIT {

    /** Each takes where to connect to as its first word, the jar of an agent as its second, and may share a JVM. */
    static final List<String> ESCAPES = List.of(
            "plain",
            "agent-loader",
            "async-channel",
            "gate-field",
            "stolen-instrumentation",
            "spoofed-name",
            "own-socket-impl",
            "own-selector-provider",
            "own-url-handler",
            "other-exits",
            "reflection-factory",
            "unsafe-lookup",
            "unsafe-override",
            "unsafe-module",
            "opened-lookup",
            "opened-reflection",
            "defined-class",
            "hidden-class",
            "forged-source",
            "claimed-transport",
            "jmx-agent",
            "poisoned-names",
            "forged-tool",
            "process-memory",
            "borrowed-task",
            "borrowed-reflected-task",
            "borrowed-handed-task",
            "borrowed-signal",
            "borrowed-mark",
            "borrowed-left",
            "borrowed-left-method",
            "borrowed-left-task",
            "borrowed-unsafe-thread",
            "borrowed-unsafe-thread-known",
            "borrowed-notes",
            "agent-scope",
            "agent-subject-inside",
            "agent-runs-as",
            "agent-entry-annotation",
            "agent-gate",
            "agent-framework",
            "agent-handed",
            "agent-claimed-lambda",
            "agent-own-entry");

    /** Takes what the agent's {@code enteredBy} is in the policy. */
    private static final String AGENT = """
            agents:
              refund: {delegatesTo: [worker], entry: ["com.example.escapes.Front#handle", "@com.vendor.Trusted"]%s}
              worker: {}
            """;

    private static final String POLICY = Policies.with(AGENT.formatted("") + """
            groups:
              allowed: {fqdn: [allowed.example], resolved: any}
            egress:
              - {id: allowed, to: [allowed], action: allow}
              - {id: trusted, library: ["com.trusted:*"], to: ["*"], action: allow}
              - {id: refund, agent: [refund], to: ["*"], action: allow}
            tools:
              - {id: score, tool: [scoreOrder], action: allow}
              - {id: issue, tool: [issueRefund], after: [{tool: scoreOrder}], action: allow}
            """);

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();

    @TempDir
    static Path directory;

    private static Path trusted;
    private static Path vendor;
    private static Path agent;

    @BeforeAll
    static void pack() throws IOException {
        Manifest none = new Manifest();
        trusted = jar("trusted.jar", "com.trusted", none, "com/trusted/Client.class"::equals);
        vendor = jar("vendor.jar", "com.vendor", none, name -> name.startsWith("com/vendor/"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Main-Class", "com.example.escapes.Escapes");
        manifest.getMainAttributes().putValue("Premain-Class", "com.example.escapes.Restorer");
        manifest.getMainAttributes().putValue("Agent-Class", "com.example.escapes.Restorer");
        manifest.getMainAttributes().putValue("Launcher-Agent-Class", "com.example.escapes.Restorer");
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        agent = jar("agent.jar", "com.example", manifest, name -> name.endsWith(".class"));
    }

    @AfterAll
    static void end() {
        CHILDREN.values().forEach(Conversation::close);
        CHILDREN.clear();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("escapes")
    void anEscapeWorksWithoutTheAgent(Jdk jdk, String escape) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String answer = child(jdk, false).ask(escape, farEnd.target(), agent.toString());

            assertThat(farEnd.seen())
                    .as("connections; the program saw " + answer)
                    .isPositive();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("escapes")
    void anEscapeLeadsNowhereWithTheAgent(Jdk jdk, String escape) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Conversation child = child(jdk, true);

            String answer = child.ask(escape, farEnd.target(), agent.toString());

            assertThat(farEnd.seen())
                    .as("connections; the program saw " + answer)
                    .isZero();
            assertThat(child.ask("plain", farEnd.target()))
                    .as("what stands after it")
                    .isEqualTo("refused dev.sallyport.EgressDeniedException");
        }
    }

    @EachJdk
    void theProgramItselfEntersItsAgentAndItsEntriesDo(Jdk jdk) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Conversation child = child(jdk, true);

            assertThat(child.ask("own-agent", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("own-agent-entry", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("own-agent-annotation", farEnd.target())).isEqualTo("ok");
            assertThat(farEnd.seen()).isEqualTo(3);
        }
    }

    @EachJdk
    void aToolThatWasCalledBeforeIsRemembered(Jdk jdk) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            assertThat(child(jdk, true).ask("own-tool", farEnd.target())).isEqualTo("ok");
            assertThat(farEnd.seen()).isEqualTo(1);
        }
    }

    @EachJdk
    void whatCodeSaysOfItsOwnRequestsKeepsNoBreakerShut(Jdk jdk) {
        String policy = Policies.with(AGENT.formatted("") + """
                egress:
                  - {id: refund, agent: [refund], to: ["127.0.0.1"], action: allow}
                limits:
                  - {id: breaker, failureRate: 0.5, minCalls: 4, window: 1h, open: 1h}
                """);
        try (HttpFarEnd farEnd = new HttpFarEnd();
                Conversation free = jvm(jdk).talk("com.example.escapes.Escapes");
                Conversation held = guarded(jdk, policy)) {
            farEnd.status(503);

            assertThat(free.ask("forged-outcome", "127.0.0.1:" + farEnd.port())).isEqualTo("ok");
            assertThat(farEnd.requests()).hasSize(10);

            assertThat(held.ask("forged-outcome", "127.0.0.1:" + farEnd.port()))
                    .isEqualTo("refused dev.sallyport.EgressDeniedException");
            assertThat(farEnd.requests())
                    .as("and four until the breaker opened")
                    .hasSize(14);
        }
    }

    @EachJdk
    void onlyWhomEnteredByNamesEntersAnAgentThatHasOne(Jdk jdk) {
        String policy = Policies.with(AGENT.formatted(", enteredBy: [\"com.vendor:*\"]") + """
                egress:
                  - {id: refund, agent: [refund], to: ["*"], action: allow}
                """);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = guarded(jdk, policy)) {
            assertThat(child.ask("agent-scope", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("agent-runs-as", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("agent-entry-annotation", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("own-agent-entry", farEnd.target())).isEqualTo("ok");
            assertThat(farEnd.seen()).isEqualTo(4);

            assertThat(child.ask("own-agent", farEnd.target()))
                    .isEqualTo("refused dev.sallyport.DelegationDeniedException");
            assertThat(child.ask("own-agent-annotation", farEnd.target()))
                    .isEqualTo("refused dev.sallyport.DelegationDeniedException");
            assertThat(farEnd.seen()).isEqualTo(4);
        }
    }

    @EachJdk
    void anAgentThatIsLoadedFromOutsideIsRefused(Jdk jdk) throws Exception {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = guarded(jdk, POLICY)) {
            child.ask("plain", farEnd.target());

            assertThat(loadAgent(child)).isNotEqualTo("loaded");
            child.ask("plain", farEnd.target());
            assertThat(farEnd.seen()).isZero();
        }
    }

    @EachJdk
    void anAgentThatARuleNamesMayBeLoaded(Jdk jdk) throws Exception {
        String policy = Policies.with("""
                egress:
                  - {id: profiler, via: [attach], to: [com.example.escapes.Restorer], action: allow}
                """);
        try (Conversation child = guarded(jdk, policy)) {
            child.ask("no such escape");

            assertThat(loadAgent(child)).as(child.errors()).isEqualTo("loaded");
        }
    }

    @EachJdk
    void anAgentThatTheProgramsOwnJarNamesIsRefused(Jdk jdk) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Exited exited = new ChildJvm(jdk, directory)
                    .policy(policy(POLICY))
                    .option("-jar")
                    .run(agent.toString(), "plain", farEnd.target());

            assertThat(farEnd.seen()).as(exited.toString()).isZero();
        }
    }

    @EachJdk
    void theCanaryStopsTheJvmWhenAnAgentOfItsCommandLineUndoesTheWeave(Jdk jdk) throws IOException {
        Path journal = Files.createTempDirectory(directory, "journal");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Conversation child = spoiled(jdk, "canary=1,journal=" + journal);
            assertThat(child.ask("plain", farEnd.target())).startsWith("refused");
            assertThat(child.ask("command-line-agent", farEnd.target())).isEqualTo("ok");

            assertThat(child.awaitEnd()).isEqualTo(78);
            assertThat(child.errors()).contains("the gate no longer stands", "sun.nio.ch.Net.connect", "the JVM stops");
        }
        assertThat(Journals.read(journal))
                .filteredOn(entry -> entry.stage().equals("policy") && entry.denied())
                .singleElement()
                .extracting(JournalEntry::reason)
                .asString()
                .contains("the gate no longer stands");
    }

    @EachJdk
    void theCanaryIsNotHeldUpByWhoHoldsItsMonitor(Jdk jdk) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Conversation child = spoiled(jdk, "canary=1");
            assertThat(child.ask("held-monitors")).isEqualTo("ok");
            assertThat(child.ask("command-line-agent", farEnd.target())).isEqualTo("ok");

            assertThat(child.awaitEnd()).as(child.errors()).isEqualTo(78);
        }
    }

    @EachJdk
    void inMonitorModeTheCanaryOnlyTells(Jdk jdk) throws IOException {
        Path journal = Files.createTempDirectory(directory, "journal");
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = spoiled(jdk, "mode=monitor,canary=1,journal=" + journal)) {
            child.ask("command-line-agent", farEnd.target());

            child.awaitErrors("the JVM goes on");
            assertThat(child.ask("plain", farEnd.target())).isEqualTo("ok");
        }
    }

    static List<Arguments> escapes() {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (String escape : ESCAPES) {
                rows.add(Arguments.of(jdk, escape));
            }
        }
        return rows;
    }

    private static String loadAgent(Conversation child) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(Long.toString(child.pid()));
        try {
            jvm.loadAgent(agent.toString());
            return "loaded";
        } catch (AgentLoadException | com.sun.tools.attach.AgentInitializationException e) {
            return e.toString();
        } finally {
            jvm.detach();
        }
    }

    private static Conversation child(Jdk jdk, boolean guarded) {
        return CHILDREN.computeIfAbsent(
                jdk + " " + guarded,
                key -> guarded ? guarded(jdk, POLICY) : jvm(jdk).talk("com.example.escapes.Escapes"));
    }

    private static Conversation guarded(Jdk jdk, String policy) {
        return jvm(jdk).policy(policy(policy)).talk("com.example.escapes.Escapes");
    }

    /** Another agent stands last on the command line, so that what it says of a class is the last word. */
    private static Conversation spoiled(Jdk jdk, String options) {
        return jvm(jdk).agent("policy=" + policy(POLICY) + "," + options)
                .option("-javaagent:" + agent)
                .talk("com.example.escapes.Escapes");
    }

    /** Each in a directory of its own, since a running JVM takes up what is written to its policy's file. */
    private static Path policy(String text) {
        try {
            return Policies.write(Files.createTempDirectory(directory, "policy"), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory)
                .classPath(List.of(vendor, trusted, Product.escapes(), Product.JAR))
                .option("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    }

    private static Path jar(String name, String group, Manifest manifest, Predicate<String> contents)
            throws IOException {
        Path jar = directory.resolve(name);
        try (ZipFile from = new ZipFile(Product.escapes().toFile());
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(file, manifest)) {
            to.putNextEntry(new ZipEntry("META-INF/maven/" + group + "/client/pom.properties"));
            to.write(("groupId=" + group + "\nartifactId=client\nversion=1\n").getBytes(StandardCharsets.UTF_8));
            for (ZipEntry entry : java.util.Collections.list(from.entries())) {
                if (contents.test(entry.getName()) && !entry.isDirectory()) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    try (InputStream in = from.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                }
            }
        }
        return jar;
    }
}
