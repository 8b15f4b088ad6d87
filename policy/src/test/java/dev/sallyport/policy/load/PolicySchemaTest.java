package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The published schema says what the loader does. */
class PolicySchemaTest {

    private static final String HEAD = "apiVersion: sallyport.dev/v1\nkind: Policy\n";
    private static final String NO_KEY = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";
    private static final String THE_KEYS = "the keys there are ";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path dir;

    /** For each mapping that the schema describes, a policy with a key in it that nobody knows. */
    static Map<String, JsonNode> mappings() throws IOException {
        Map<String, JsonNode> mappings = new TreeMap<>();
        walk(schema(), schema(), "%s", mappings);
        return mappings;
    }

    static Stream<String> places() throws IOException {
        return mappings().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("places")
    void aMappingHasTheKeysThatTheLoaderKnows(String place) throws IOException {
        List<String> keys = new ArrayList<>();
        mapping(place).get("properties").fieldNames().forEachRemaining(keys::add);

        assertThat(keysOfTheLoader(String.format(place, NO_KEY + ": 1")))
                .as("the keys of " + String.format(place, "..."))
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @ParameterizedTest
    @MethodSource("places")
    void everyKeyIsDescribed(String place) throws IOException {
        for (JsonNode key : mapping(place).get("properties")) {
            assertThat(key.path("description").asText()).as(key.toString()).endsWith(".");
        }
    }

    @Test
    void theSchemaIsOne() throws IOException {
        JsonNode meta = JSON.readTree("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}");
        assertThat(registry().getSchema(meta).validate(schema())).isEmpty();
    }

    static Stream<Path> policies() throws IOException {
        return Stream.of(
                Path.of("src", "test", "resources", "refunds.yaml"),
                Path.of("..", "it-apps", "refund-desk", "refunds.yaml"),
                Path.of("..", "benchmarks", "src", "main", "policies", "refund-desk.yaml"));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void ourOwnPoliciesFollowIt(Path policy) throws IOException {
        assertThat(faults(Files.readString(policy))).isEmpty();
    }

    static List<String> examples() throws IOException {
        return PolicyDocumentTest.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theDocumentsExamplesFollowIt(String example) throws IOException {
        assertThat(faults(PolicyDocumentTest.whole(example))).isEmpty();
    }

    @Test
    void whatTheLoaderRefusesForItsShapeTheSchemaRefusesToo() throws IOException {
        for (String broken : List.of(
                "bad-action", "bad-audit", "bad-id", "bad-mode", "bad-uncovered", "bad-via", "empty-list", "no-id")) {
            String policy = Files.readString(Path.of("src", "test", "resources", "broken", broken + ".yaml"));
            assertThat(faults(policy)).as(broken).isNotEmpty();
        }
    }

    private static JsonNode mapping(String place) throws IOException {
        return Objects.requireNonNull(mappings().get(place));
    }

    private List<String> keysOfTheLoader(String policy) throws IOException {
        Path file = Files.writeString(dir.resolve("policy.yaml"), HEAD + policy + "\n");
        try {
            PolicyLoader.load(file, Overrides.NONE);
        } catch (PolicyException e) {
            for (Problem problem : e.problems()) {
                String suggestion = problem.suggestion();
                if (problem.message().startsWith("unknown key '" + NO_KEY)
                        && suggestion != null
                        && suggestion.startsWith(THE_KEYS)) {
                    return Arrays.asList(suggestion.substring(THE_KEYS.length()).split(", ", -1));
                }
            }
            return List.of("the loader did not look at this key: " + e);
        }
        return List.of("the loader took this key");
    }

    private static void walk(JsonNode root, JsonNode node, String place, Map<String, JsonNode> found) {
        JsonNode schema = node;
        while (schema.has("$ref")) {
            schema = root.at(schema.get("$ref").asText().substring(1));
        }
        for (String choice : List.of("anyOf", "oneOf", "allOf")) {
            for (JsonNode one : schema.path(choice)) {
                walk(root, one, place, found);
            }
        }
        if (schema.has("properties")) {
            found.put(place, schema);
            for (Map.Entry<String, JsonNode> key : schema.get("properties").properties()) {
                walk(root, key.getValue(), put(place, key.getKey() + ": "), found);
            }
        }
        if (schema.path("additionalProperties").isObject()) {
            walk(root, schema.get("additionalProperties"), put(place, "some: "), found);
        }
        if (schema.has("items")) {
            walk(root, schema.get("items"), String.format(place, "-").replace("{-}", "[{%s}]"), found);
        }
    }

    /** Returns {@code place} with a mapping in it, under a key; the outermost mapping has no braces. */
    private static String put(String place, String key) {
        return String.format(place, key + "{%s}");
    }

    private static JsonNode schema() throws IOException {
        try (InputStream in = PolicyLoader.class.getResourceAsStream("/dev/sallyport/policy/policy.schema.json")) {
            return JSON.readTree(in);
        }
    }

    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    }

    private static List<String> faults(String policy) throws IOException {
        Schema schema = registry().getSchema(schema());
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(policy);
        List<String> faults = new ArrayList<>();
        schema.validate(JSON.valueToTree(tree)).forEach(fault -> faults.add(fault.toString()));
        return faults;
    }
}
