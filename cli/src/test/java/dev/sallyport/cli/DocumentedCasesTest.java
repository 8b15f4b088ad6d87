package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases in {@code docs/commands.md} come out as it says. */
class DocumentedCasesTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "commands.md");

    @TempDir
    Path dir;

    @Test
    void theCasesComeOutAsExpected() throws IOException {
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(2);
        Path policy = Files.writeString(
                dir.resolve("refunds.yaml"),
                "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: refunds}\n" + blocks.get(0));
        Files.writeString(dir.resolve("refunds.test.yaml"), blocks.get(1));

        Run run = Run.of("test", policy, "--min-coverage", "60");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("6 cases, 0 failed");
        assertThat(run.code()).isZero();
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.equals("```yaml")) {
                block = new StringBuilder();
            } else if (line.equals("```") && block != null) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }
}
