package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is exported is what the other side says that it reads: the schemas in {@code export/schema} are taken from there. */
class ExportSchemaTest {

    private static final Path EXPORT = Path.of("src", "test", "resources", "export");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Policies whose openings are of every kind, and of kinds that one layer or another does not know. */
    private static final List<String> POLICIES = List.of("""
            egress: []
            """, """
            egress:
              - {id: spokes, to: [10.20.0.0/16, "fd00::/8"], action: deny}
              - {id: all, to: ["*"], action: allow}
            """, """
            groups:
              range: {cidr: [192.0.2.0/24, "2001:db8::/32"], ports: [0-1023, 64001, 65535]}
              ports: {fqdn: [a.example], ports: [80, 443, 8000-8100, 64001, 65535]}
            egress:
              - {id: no-part, to: [192.0.2.128/25, deep.wild.example], action: deny}
              - {id: range, via: [tcp, udp], to: [range], action: allow}
              - {id: ports, to: [ports], action: allow}
              - {id: wild, to: ["*.wild.example", "*.tame.example:443"], action: allow}
              - id: requests
                to: ["orders.example:80"]
                http:
                  - {method: [GET, HEAD], path: "/orders/*/items/**", header: {X-Tenant: shop}}
                  - {path: /a.b}
                action: allow
            """);

    @TempDir
    Path dir;

    static Stream<Arguments> exports() throws IOException {
        List<Arguments> exports = new ArrayList<>();
        for (String layer : List.of("kubernetes", "cilium", "azure-firewall", "smokescreen")) {
            exports.add(Arguments.of(layer, Files.readString(EXPORT.resolve("policy.yaml"))));
            for (String policy : POLICIES) {
                exports.add(Arguments.of(
                        layer,
                        "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: Refund_Desk, version: \"1\"}\n"
                                + policy));
            }
        }
        return exports.stream();
    }

    @ParameterizedTest
    @MethodSource("exports")
    void whatIsWrittenFitsTheSchemaOfThoseWhoReadIt(String layer, String policy) throws IOException {
        Path file = Files.writeString(dir.resolve("policy.yaml"), policy);

        Run run = Run.of("export", file, "--to", layer, "--tls-inspected");

        assertThat(run.err()).isEmpty();
        assertThat(faults(layer, run.out())).as(run.out()).isEmpty();
    }

    @Test
    void aSchemaFindsWhatDoesNotFit() throws IOException {
        String written = Files.readString(EXPORT.resolve("cilium.yaml"));

        assertThat(faults("cilium", written)).isEmpty();
        assertThat(faults("cilium", written.replace("toFQDNs:", "toNames:"))).isNotEmpty();
        assertThat(faults("cilium", written.replace("port: \"8443\"", "port: \"0\"")))
                .isNotEmpty();
    }

    @Test
    void namesOfAnAzureCollectionsRulesDiffer() throws IOException {
        Run run = Run.of("export", EXPORT.resolve("policy.yaml"), "--to", "azure-firewall");

        List<String> names = new ArrayList<>();
        for (JsonNode collection : JSON.readTree(run.out()).at("/resources/0/properties/ruleCollections")) {
            for (JsonNode rule : collection.get("rules")) {
                names.add(
                        collection.get("name").asText() + '/' + rule.get("name").asText());
            }
        }
        assertThat(names).doesNotHaveDuplicates().contains("allow-addresses/net", "allow-addresses/net-2");
    }

    private static List<String> faults(String layer, String written) throws IOException {
        JsonNode schema =
                JSON.readTree(EXPORT.resolve("schema").resolve(layer + ".json").toFile());
        JsonNode tree = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(written));
        List<String> faults = new ArrayList<>();
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(tree)
                .forEach(fault -> faults.add(fault.toString()));
        return faults;
    }
}
