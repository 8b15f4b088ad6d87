package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policies;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of several files, and rules of an organisation before and after them. */
class LayersTest {

    private static final String HEAD = "apiVersion: sallyport.dev/v1\nkind: Policy\n";
    private static final String LAYER = "apiVersion: sallyport.dev/v1\nkind: Layer\n";

    @TempDir
    Path directory;

    @Test
    void rulesOfTheOrganisationGoBeforeAndAfterThePolicys() throws Exception {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                groups: {metadata: {cidr: [169.254.169.254/32]}}
                egress:
                  - {id: no-metadata, to: [metadata], action: deny}
                  - {id: no-evil, agent: [somebody-elses], to: [evil.example], action: deny}
                """);
        Path after = write("base.yaml", LAYER + """
                metadata: {name: base}
                egress:
                  - {id: time, to: [ntp.example], action: allow}
                """);
        Path policy = write("policy.yaml", HEAD + """
                metadata: {name: refunds}
                defaults: {mode: monitor}
                egress:
                  - {id: no-metadata, to: ["169.254.169.254"], action: allow, mode: enforce}
                  - {id: no-time, agent: [unattributed], to: [ntp.example], action: deny, mode: enforce}
                """);

        LoadedPolicy loaded = PolicyLoader.load(policy, new Overrides(null, null, before, after, null));

        assertThat(decides(loaded, "refund", null, "169.254.169.254")).isEqualTo("deny org:no-metadata");
        assertThat(decides(loaded, "unattributed", "ntp.example", "203.0.113.1"))
                .isEqualTo("deny no-time");
        assertThat(decides(loaded, "refund", "ntp.example", "203.0.113.1")).isEqualTo("allow base:time");
        assertThat(loaded.rules().get(0).source()).isEqualTo("org.yaml:6");
        assertThat(loaded.policy().digest())
                .isNotEqualTo(PolicyLoader.load(policy, Overrides.NONE).policy().digest());
    }

    @Test
    void whatIsSaidOfThePolicysModesDoesNotLoosenTheOrganisations() throws Exception {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                egress: [{id: no, to: [evil.example], action: deny}]
                """);
        Path policy = write("policy.yaml", HEAD + """
                metadata: {name: refunds}
                egress: [{id: all, to: ["*"], action: allow}]
                """);
        Overrides layered = new Overrides(null, null, before, null, null);
        LoadedPolicy loaded = PolicyLoader.load(policy, layered);
        PolicyState state = StateFile.parse("s", "mode default monitor\nmode org:no monitor\n", loaded, false)
                .state();

        assertThat(decides(loaded.with(state, layered, 0), "refund", "evil.example", "203.0.113.1"))
                .isEqualTo("deny org:no");
        assertThat(decides(
                        PolicyLoader.load(policy, new Overrides(Mode.MONITOR, null, before, null, null)),
                        "refund",
                        "evil.example",
                        "203.0.113.1"))
                .isEqualTo("allow org:no");
    }

    @Test
    void toolRulesOfALayerBeforeLeaveOtherToolsAsThePolicyHasThem() throws Exception {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                tools: [{id: no, tool: ["delete*"], action: deny}]
                """);
        Path policy = write("policy.yaml", HEAD + "metadata: {name: refunds}\n");
        PolicyEngine engine = PolicyLoader.load(policy, new Overrides(null, null, before, null, null))
                .engine();
        PolicyEngine covered = PolicyLoader.load(policy, new Overrides(null, null, null, before, null))
                .engine();

        assertThat(engine.decide(Call.tool("a", Policies.SHOP, "deleteAll"))
                        .rule()
                        .id())
                .isEqualTo("org:no");
        assertThat(engine.decide(Call.tool("a", Policies.SHOP, "read")).rule().id())
                .isEqualTo("uncovered-tools");
        assertThat(covered.decide(Call.tool("a", Policies.SHOP, "read")).rule().id())
                .isEqualTo("default-deny");
    }

    @Test
    void whatIsWrongWithALayerIsToldWithItsPlace() throws IOException {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                agents: {refund: {}}
                egress: [{id: a, to: [nowhere], action: deny}]
                """);
        Path policy = write("policy.yaml", HEAD + "metadata: {name: refunds}\negres: []\n");

        assertThat(refused(policy, new Overrides(null, null, before, null, null)))
                .isEqualTo("""
                policy.yaml:4:1: unknown key 'egres' in a policy; did you mean 'egress'?
                """.strip());
        write("policy.yaml", HEAD + "metadata: {name: refunds}\n");
        assertThat(refused(policy, new Overrides(null, null, before, null, null)))
                .isEqualTo("""
                org.yaml:4:1: a layer cannot have 'agents': a layer goes with many policies, each of which says what its agents are; write it into the policy
                org.yaml:5:23: unknown group 'nowhere'; for a host of that name write 'nowhere:443', or put it into a group
                """.strip());
        assertThat(refused(policy, new Overrides(null, null, directory.resolve("none.yaml"), null, null)))
                .isEqualTo("none.yaml: there is no file " + directory.resolve("none.yaml")
                        + "; check the path in the 'policy' option");
        assertThat(refused(before, Overrides.NONE))
                .isEqualTo("org.yaml:2:7: 'kind' cannot be 'Layer'; it is one of Policy");
    }

    @Test
    void aPolicyMayRelyOnTheTasksAndApprovalsOfTheOrganisation() throws Exception {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                tasks: {break-glass: {startedBy: [operator], ttl: 1h, justification: required}}
                approvals: {secops: {approvers: [group:secops]}}
                egress:
                  - {id: no-vault, to: [vault.example], action: deny, except: {during: [break-glass, theirs]}}
                  - {id: no-keys, to: [keys.example], action: approve, approval: secops}
                limits: [{id: calls, count: tool.calls, per: task, max: 2}]
                """);
        Path policy = write("policy.yaml", HEAD + """
                metadata: {name: refunds}
                agents: {operator: , refund: }
                egress:
                  - {id: vault, to: [vault.example], during: [break-glass], action: allow}
                tools:
                  - {id: grants, tool: ["grant*"], action: approve, approval: secops}
                """);

        LoadedPolicy loaded = PolicyLoader.load(policy, new Overrides(null, null, before, null, null));

        assertThat(loaded.policy().tasks()).containsOnlyKeys("break-glass");
        assertThat(loaded.engine()
                        .startTask("operator", "break-glass", Map.of(), "the vault is on fire")
                        .denied())
                .isFalse();
        assertThat(loaded.engine()
                        .startTask("refund", "break-glass", Map.of(), "I want to")
                        .denied())
                .isTrue();
        assertThat(decides(loaded, "operator", "vault.example", "203.0.113.1")).isEqualTo("deny org:no-vault");
        assertThat(decides(loaded, "operator", "keys.example", "203.0.113.1")).isEqualTo("deny org:no-keys");
        assertThat(loaded.warnings().toString())
                .contains("org.yaml:7:86: warning: neither the policy nor a layer of it has a task 'theirs'");
    }

    @Test
    void namesOfTheOrganisationAreNotGivenASecondMeaning() throws Exception {
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                tasks: {break-glass: {startedBy: [operator], ttl: 1h}}
                approvals: {secops: {approvers: [group:secops]}}
                egress: [{id: a, to: [a.example], action: approve, approval: own}]
                """);
        Path policy = write("policy.yaml", HEAD + """
                metadata: {name: refunds}
                agents: {operator: }
                tasks: {break-glass: {startedBy: [operator], ttl: 30d}}
                approvals:
                  secops: {approvers: ["user:me@shop.example"]}
                  own: {approvers: ["user:me@shop.example"]}
                """);

        assertThat(refused(policy, new Overrides(null, null, before, null, null)))
                .isEqualTo("""
                policy.yaml:5:9: the layer 'org' has a task 'break-glass' already; choose another name, or use the layer's
                policy.yaml:7:3: the layer 'org' has an approval 'secops' already; choose another name, or use the layer's
                org.yaml:6:62: unknown approval 'own'; the policy knows secops
                """.strip());
    }

    @Test
    void dataStaysWithinTheRegionsOfTheOrganisationAndOfThePolicy() throws Exception {
        write("tags.json", """
                {"changeNumber": 1, "cloud": "Public", "values": [
                  {"name": "AzureCloud.westeurope", "id": "AzureCloud.westeurope", "properties":
                    {"region": "westeurope", "systemService": "", "addressPrefixes": ["203.0.113.0/26"]}},
                  {"name": "AzureCloud.northeurope", "id": "AzureCloud.northeurope", "properties":
                    {"region": "northeurope", "systemService": "", "addressPrefixes": ["203.0.113.64/26"]}},
                  {"name": "AzureCloud.eastus", "id": "AzureCloud.eastus", "properties":
                    {"region": "eastus", "systemService": "", "addressPrefixes": ["203.0.113.128/26"]}}]}
                """);
        Path before = write("org.yaml", LAYER + """
                metadata: {name: org}
                residency: {regions: [westeurope, northeurope], unknownRegion: allow, serviceTags: tags.json}
                """);
        String rules = "egress: [{id: all, to: ['*'], action: allow}]\n";
        Path policy = write(
                "policy.yaml",
                HEAD + "metadata: {name: refunds}\n" + rules
                        + "residency: {regions: [westeurope], unknownRegion: allow, serviceTags: tags.json}\n");
        Overrides layered = new Overrides(null, null, before, null, null);
        LoadedPolicy both = PolicyLoader.load(policy, layered);

        assertThat(decides(both, "refund", "a.example", "203.0.113.1")).isEqualTo("allow all");
        assertThat(decides(both, "refund", "a.example", "203.0.113.65")).isEqualTo("deny residency");
        assertThat(decides(both, "refund", "a.example", "203.0.113.129")).isEqualTo("deny residency");
        assertThat(decides(both, "refund", "a.example", "198.51.100.1")).isEqualTo("allow all");

        Path watching = write(
                "watching.yaml",
                HEAD + "metadata: {name: refunds}\ndefaults: {mode: monitor}\n" + rules
                        + "residency: {regions: [westeurope], unknownRegion: allow, serviceTags: tags.json}\n");
        LoadedPolicy watched = PolicyLoader.load(watching, layered);
        assertThat(decides(watched, "refund", "a.example", "203.0.113.65")).isEqualTo("allow all");
        assertThat(decides(watched, "refund", "a.example", "203.0.113.129")).isEqualTo("deny residency");
        assertThat(decides(
                        PolicyLoader.load(watching, new Overrides(Mode.MONITOR, null, before, null, null)),
                        "refund",
                        "a.example",
                        "203.0.113.129"))
                .isEqualTo("allow all");
    }

    @Test
    void aDirectoryIsReadAsOnePolicyInTheOrderOfItsNames() throws Exception {
        Path parts = Files.createDirectory(directory.resolve("parts"));
        write("parts/10-base.yaml", HEAD + """
                metadata: {name: refunds, version: "7"}
                groups: {psp: {fqdn: [api.psp.example]}}
                egress:
                  - {id: first, to: [evil.example], action: deny}
                """);
        write("parts/20-refund.yml", """
                # no head is needed in a part
                groups: {orders: {fqdn: [orders.example]}}
                agents: {refund: {}}
                egress:
                  - {id: second, to: [psp, orders, evil.example], action: allow}
                """);
        write("parts/notes.txt", "not a policy");
        write("parts/.hidden.yaml", "nor: this");

        LoadedPolicy loaded = PolicyLoader.load(parts, Overrides.NONE);

        assertThat(loaded.policy().label()).isEqualTo("refunds@7");
        assertThat(decides(loaded, "refund", "orders.example", "203.0.113.1")).isEqualTo("allow second");
        assertThat(decides(loaded, "refund", "evil.example", "203.0.113.1")).isEqualTo("deny first");
        assertThat(loaded.rules().get(1).source()).isEqualTo("20-refund.yml:5");
    }

    @Test
    void whatStandsTwiceInADirectoryIsToldWithBothPlaces() throws IOException {
        Path parts = Files.createDirectory(directory.resolve("parts"));
        write("parts/a.yaml", HEAD + """
                metadata: {name: refunds}
                groups: {psp: {fqdn: [api.psp.example]}}
                egress:
                  - {id: first, to: [psp], action: deny}
                """);
        write("parts/b.yaml", HEAD + """
                metadata: {name: other}
                groups:
                  psp: {fqdn: [psp.example]}
                """);

        assertThat(refused(parts, Overrides.NONE)).isEqualTo("""
                b.yaml:3:1: 'metadata' stands in a.yaml:3 too; say it in one file
                b.yaml:5:3: 'psp' stands in a.yaml:4 too; choose another name
                """.strip());

        write("parts/b.yaml", "egress:\n  - {id: first, to: [\"*\"], action: allow}\n");
        assertThat(refused(parts, Overrides.NONE))
                .isEqualTo("b.yaml:2:10: the id 'first' is taken by the rule in a.yaml:6");
        write("parts/b.yaml", "egress: [\n");
        assertThat(refused(parts, Overrides.NONE)).startsWith("b.yaml:2:");
    }

    private static String refused(Path policy, Overrides overrides) {
        PolicyException refused =
                catchThrowableOfType(PolicyException.class, () -> PolicyLoader.load(policy, overrides));
        assertThat(refused).as("accepted").isNotNull();
        return refused.toString();
    }

    private static String decides(LoadedPolicy loaded, String agent, @Nullable String host, String address) {
        Call call = new Call(
                Stage.CONNECT, Via.TCP, agent, Policies.SHOP, host, Policies.address(address), 443, null, null);
        var decision = loaded.engine().decide(call);
        return decision.action().label() + " " + decision.rule().id();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
