package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile code that goes at the gate itself, or around it: each way works without the agent and leads nowhere with it,
 * under a policy that lets nothing go to the network but to one name, and whoever likes load native libraries.
 */
class EscapesIT {

    /** Each takes where to connect to as its only word, and may share a JVM with the others. */
    private static final List<String> ESCAPES = List.of(
            "plain",
            "async-channel",
            "gate-field",
            "stolen-instrumentation",
            "spoofed-name",
            "own-socket-impl",
            "own-selector-provider",
            "own-url-handler",
            "other-exits");

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();

    @TempDir
    static Path directory;

    @AfterAll
    static void end() {
        CHILDREN.values().forEach(Conversation::close);
        CHILDREN.clear();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("escapes")
    void anEscapeWorksWithoutTheAgent(Jdk jdk, String escape) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String answer = child(jdk, false).ask(escape, farEnd.target());

            assertThat(farEnd.seen())
                    .as("connections; the program saw " + answer)
                    .isPositive();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("escapes")
    void anEscapeLeadsNowhereWithTheAgent(Jdk jdk, String escape) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String answer = child(jdk, true).ask(escape, farEnd.target());

            assertThat(farEnd.seen())
                    .as("connections; the program saw " + answer)
                    .isZero();
            assertThat(child(jdk, true).ask("plain", farEnd.target()))
                    .as("what stands after it")
                    .isEqualTo("refused dev.sallyport.EgressDeniedException");
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

    private static Conversation child(Jdk jdk, boolean guarded) {
        return CHILDREN.computeIfAbsent(jdk + " " + guarded, key -> {
            ChildJvm jvm = new ChildJvm(jdk, directory).classPath(List.of(Product.escapes()));
            if (guarded) {
                jvm.policy(Policies.write(directory, Policies.with("""
                        groups:
                          allowed: {fqdn: [allowed.example], resolved: any}
                        egress:
                          - {id: allowed, to: [allowed], action: allow}
                        """)));
            }
            return jvm.talk("com.example.escapes.Escapes");
        });
    }
}
