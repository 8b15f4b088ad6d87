package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Policies of several files in a running JVM. */
class LayersIT {

    private static final String ALLOWED = "ok";
    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    Path directory;

    @EachJdk
    void anOrganisationsDenialGoesBeforeWhatThePolicyAllowsAndChangesInTheRunningJvm(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        layer("deny");
        ChildJvm jvm = exits(jdk);
        jvm.agent("policy=" + policy + ",before=" + directory.resolve("org.yaml") + ",journal=" + jvm.journal());
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isZero();

            layer("allow");
            await(child, farEnd, ALLOWED);

            layer("deny");
            await(child, farEnd, REFUSED);
        }
        assertThat(Journals.connects(jvm.journal())).extracting("rule").contains("org:loopback");
    }

    @EachJdk
    void aDirectoryIsAPolicyAndAFileThatIsAddedChangesIt(Jdk jdk) throws IOException {
        Path parts = Files.createDirectory(directory.resolve("parts"));
        Files.writeString(parts.resolve("10.yaml"), Policies.with("agents: {refund: {}}\n"));
        ChildJvm jvm = exits(jdk).policy(parts);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);

            Files.writeString(parts.resolve("20.yaml"), "egress: [{id: all, to: [\"*\"], action: allow}]\n");
            await(child, farEnd, ALLOWED);

            Files.delete(parts.resolve("20.yaml"));
            await(child, farEnd, REFUSED);
        }
    }

    private void layer(String action) throws IOException {
        Path whole = Files.writeString(directory.resolve("org.new"), """
                apiVersion: sallyport.dev/v1
                kind: Layer
                metadata: {name: org}
                egress:
                  - {id: loopback, to: ["127.0.0.0/8"], action: %s}
                """.formatted(action));
        Files.move(whole, directory.resolve("org.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void await(Conversation child, FarEnd farEnd, String expected) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String answer = connect(child, farEnd);
        while (!answer.equals(expected)) {
            assertThat(System.nanoTime()).as("still: " + answer).isLessThan(end);
            answer = connect(child, farEnd);
        }
    }

    private static String connect(Conversation child, FarEnd farEnd) {
        return child.ask("Socket", "caller", farEnd.target());
    }

    private ChildJvm exits(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }
}
