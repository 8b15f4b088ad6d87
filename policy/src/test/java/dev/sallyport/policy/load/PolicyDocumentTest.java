package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in the policy's documentation are policies. */
class PolicyDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "policy.md");

    @TempDir
    Path dir;

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleLoads(String example) throws IOException, PolicyException {
        feeds(dir);
        Path file = Files.writeString(dir.resolve("example.yaml"), whole(example));
        assertThat(PolicyLoader.load(file, Overrides.NONE).engine()).isNotNull();
    }

    @Test
    void everySectionHasAnExample() throws IOException {
        assertThat(String.join("\n", examples()))
                .contains(
                        "metadata:",
                        "defaults:",
                        "groups:",
                        "agents:",
                        "egress:",
                        "tools:",
                        "limits:",
                        "content:",
                        "residency:",
                        "killSwitch:",
                        "audit:");
    }

    /** Writes the files that examples name into {@code dir}. */
    static void feeds(Path dir) throws IOException {
        Path feeds = Files.createDirectories(dir.resolve("feeds"));
        Files.writeString(feeds.resolve("threat.txt"), "# none today\ncollect.acme.example\n203.0.113.0/24\n");
        Files.writeString(feeds.resolve("partners.txt"), "api.partner.example\n");
        Files.writeString(feeds.resolve("ServiceTags_Public.json"), """
                {"changeNumber": 1, "cloud": "Public", "values": [
                  {"name": "AzureActiveDirectory", "properties": {"region": "", "addressPrefixes": ["20.190.128.0/18"]}},
                  {"name": "Storage.WestEurope", "properties": {"region": "westeurope", "addressPrefixes": ["13.69.0.0/17"]}},
                  {"name": "Storage.NorthEurope", "properties": {"region": "northeurope", "addressPrefixes": ["13.74.0.0/16"]}}
                ]}
                """);
    }

    /** Returns an example with what it leaves out because every policy has it. */
    static String whole(String example) {
        StringBuilder policy = new StringBuilder();
        if (!example.contains("apiVersion:")) {
            policy.append("apiVersion: sallyport.dev/v1\nkind: Policy\n");
        }
        if (!example.contains("metadata: {name:")) {
            policy.append("metadata: {name: example}\n");
        }
        return policy.append(example).toString();
    }

    static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        StringBuilder example = null;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.equals("```yaml")) {
                example = new StringBuilder();
            } else if (line.equals("```") && example != null) {
                examples.add(example.toString());
                example = null;
            } else if (example != null) {
                example.append(line).append('\n');
            }
        }
        return examples;
    }
}
