package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ExportCommandTest {

    private static final Path EXPECTED = Path.of("src", "test", "resources", "export");

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "kubernetes, kubernetes.yaml",
        "cilium, cilium.yaml",
        "azure-firewall, azure-firewall.json",
        "smokescreen, smokescreen.yaml"
    })
    void thePolicyBecomesWhatThatLayerReads(String layer, String file) throws IOException {
        Run run = Run.of("export", EXPECTED.resolve("policy.yaml"), "--to", layer);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(Files.readString(EXPECTED.resolve(file)));
        assertThat(new Load(LoadSettings.builder().build()).loadFromString(run.out()))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"kubernetes", "cilium", "azure-firewall", "smokescreen"})
    void aPolicyThatAllowsNothingOpensNothing(String layer) throws IOException {
        Run run = export("egress: []\n", "--to", layer);

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsAnyOf(
                        "egress: []\n",
                        "egress: [{}]",
                        "\"ruleCollections\": [ ]",
                        "    allowed_domains: []\ndefault:");
        assertThat(run.out()).doesNotContain("0.0.0.0/0", "\"*\"");
    }

    @Test
    void aBlanketDenialTakesWhatItCoversFromTheRulesBehindIt() throws IOException {
        Run run = export("""
                egress:
                  - {id: early, to: ["a.shop.example:443"], action: allow}
                  - {id: no-shop, to: ["*.shop.example"], action: deny}
                  - {id: late, to: ["b.shop.example:443", "c.other.example:443"], action: allow}
                """, "--to", "smokescreen");

        assertThat(run.out()).contains("a.shop.example", "c.other.example").doesNotContain("\"b.shop.example\"");
    }

    @Test
    void whatOneAgentIsDeniedAnotherMayStillReach() throws IOException {
        assertThat(export("""
                                agents: {a: , b: }
                                egress:
                                  - {id: not-a, agent: [a], to: [c.example, d.example], action: deny}
                                  - {id: all, to: ["c.example:443"], action: allow}
                                  - {id: mine, agent: [a], to: ["d.example:443"], action: allow}
                                """, "--to", "smokescreen").out())
                .contains("\"c.example\"")
                .doesNotContain("\"d.example\"");
    }

    @Test
    void everywhereLeavesOutWhatIsDenied() throws IOException {
        Run run = export("""
                egress:
                  - {id: spokes, to: [10.20.0.0/16, "fd00::/8"], action: deny}
                  - {id: all, to: ["*"], action: allow}
                """, "--to", "kubernetes");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("ipBlock: {cidr: \"0.0.0.0/0\", except: [\"10.20.0.0/16\"]}")
                .contains("ipBlock: {cidr: \"::/0\", except: [\"fd00::/8\"]}");
    }

    @Test
    void whatAListMayDenyIsNotOpened() throws IOException {
        Files.writeString(dir.resolve("threat.txt"), "bad.example\nevil.shop.example\n203.0.113.0/24\n");
        String policy = """
                groups: {threat: {feed: {file: threat.txt}, fqdn: [worse.example]}, good: {feed: {file: threat.txt}}}
                egress:
                  - {id: deny-threat, to: [threat], action: deny}
                  - {id: hosts, to: ["api.psp.example:443", "bad.example:443"], action: allow}
                  - {id: shop, to: ["*.shop.example"], action: allow}
                  - {id: net, via: [tcp], to: [203.0.112.0/23, "192.0.2.1:443"], action: allow}
                  - {id: list, to: [good], action: allow}
                """;

        Run run = export(policy, "--to", "cilium");

        assertThat(run.out().replaceAll("(?m)^#.*", ""))
                .contains("api.psp.example", "192.0.2.1/32")
                .doesNotContain("bad.example", "shop.example", "203.0.112.0");
        assertThat(run.out())
                .contains(
                        "*.shop.example of rule 'shop' is left out: rule 'deny-threat' denies some of it by the list of 'threat'")
                .contains("rule 'list' allows what the list of 'good' holds");
    }

    @Test
    void requestsInsideOfTlsAreWrittenWhereTheyAreSeen() throws IOException {
        String policy =
                "egress:\n  - {id: p, to: [\"a.example:443\"], http: [{method: [GET, HEAD], path: \"/x/**\"}], action: allow}\n";

        assertThat(export(policy, "--to", "cilium").out())
                .contains(
                        "# note: rule 'p' allows some requests to a.example:443 alone; inside of TLS they are not seen")
                .doesNotContain("http:");
        assertThat(export(policy, "--to", "cilium", "--tls-inspected").out())
                .contains("- {method: \"GET|HEAD\", path: \"/x/[^?]*(\\\\?.*)?\"}");
    }

    @Test
    void nameNamespaceAndPodsAreGiven() throws IOException {
        assertThat(export(
                                "egress: []\n",
                                "--to",
                                "kubernetes",
                                "--name",
                                "desk",
                                "--namespace",
                                "shop",
                                "--selector",
                                "app.kubernetes.io/name=desk")
                        .out())
                .contains("  name: desk\n  namespace: shop\n", "      app.kubernetes.io/name: desk\n");
    }

    @Test
    void anUnknownLayerIsWrongUsage() throws IOException {
        Run run = export("egress: []\n", "--to", "iptables");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("kubernetes", "smokescreen");
    }

    private Run export(String sections, String... options) throws IOException {
        Object[] words = new Object[options.length + 2];
        words[0] = "export";
        words[1] = Shop.policy(dir, "policy.yaml", sections);
        System.arraycopy(options, 0, words, 2, options.length);
        return Run.of(words);
    }
}
