package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Policies;
import dev.sallyport.policy.PolicyEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTagsTest {

    private static final String TAGS = """
            {"changeNumber": NUMBER, "cloud": "Public", "values": [
              {"name": "AzureActiveDirectory", "id": "AzureActiveDirectory", "properties": {"changeNumber": 9, "region": "",
                "regionId": 0, "platform": "Azure", "systemService": "AzureAD",
                "addressPrefixes": ["20.20.32.0/19", "2603:1006:2000::/48", "20.190.128.0/18"], "networkFeatures": ["API"]}},
              {"name": "AzureActiveDirectory.WestEurope", "id": "x", "properties": {"region": "westeurope",
                "addressPrefixes": ["20.190.128.0/24"]}},
              {"name": "AzureCloud.westeurope", "id": "x", "properties": {"region": "westeurope",
                "addressPrefixes": ["20.190.128.0/20", "13.69.0.0/17", "2603:1020:200::/46"]}},
              {"name": "AzureCloud.eastus", "id": "x", "properties": {"region": "eastus",
                "addressPrefixes": ["EAST", "13.69.4.0/24"]}}
            ]}
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void tags() throws IOException {
        publish(1, "20.42.0.0/17");
    }

    private void publish(int changeNumber, String eastus) throws IOException {
        Files.writeString(
                dir.resolve("tags.json"),
                TAGS.replace("NUMBER", Integer.toString(changeNumber)).replace("EAST", eastus));
    }

    @Test
    void aTagStandsForItsAddresses() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                groups: {entra: {serviceTag: {file: tags.json, names: [AzureActiveDirectory]}, ports: [443]}}
                egress: [{id: entra, to: [entra], action: allow}]
                """);
        assertThat(rule(engine, "20.190.130.1")).isEqualTo("entra");
        assertThat(rule(engine, "2603:1006:2000::7")).isEqualTo("entra");
        assertThat(rule(engine, "13.69.1.1")).isEqualTo("default-deny");
    }

    @Test
    void aTagInARegionStandsForLess() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                groups: {entra: {serviceTag: {file: tags.json, names: [AzureActiveDirectory], regions: [westeurope]}}}
                egress: [{id: entra, to: [entra], action: allow}]
                """);
        assertThat(rule(engine, "20.190.128.1")).isEqualTo("entra");
        assertThat(rule(engine, "20.190.130.1")).isEqualTo("default-deny");
    }

    @Test
    void unknownTagsAndRegionsAreErrorsWithASuggestion() {
        assertThat(refused("""
                groups: {g: {serviceTag: {file: tags.json, names: [AzureActivDirectory], regions: [westeuropa]}}}
                egress: [{id: g, to: [g], action: allow}]
                """))
                .isEqualTo(
                        "policy.yaml:4:52: unknown service tag 'AzureActivDirectory'; did you mean 'AzureActiveDirectory'?\n"
                                + "policy.yaml:4:84: unknown region 'westeuropa'; did you mean 'westeurope'?");
    }

    @Test
    void whatIsNoFileOfServiceTagsIsRefused() throws IOException {
        String policy = """
                groups: {g: {serviceTag: {file: tags.json, names: [AzureCloud]}}}
                egress: [{id: g, to: [g], action: allow}]
                """;
        for (String content : new String[] {
            "",
            "[]",
            "{}",
            "{\"values\": 3}",
            "{\"values\": [",
            "not json",
            "{\"values\": [{\"name\": \"a\", \"properties\":" + " {\"addressPrefixes\": [\"10.0.0.1/8\"]}}]}"
        }) {
            Files.writeString(dir.resolve("tags.json"), content);
            assertThat(refused(policy))
                    .as(content)
                    .startsWith("policy.yaml:4:33: 'tags.json' cannot be used: it is not a file of service tags");
        }
    }

    @Test
    void aNewPublicationIsTakenAndOneOfTheSameNumberIsNot() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                groups: {us: {serviceTag: {file: tags.json, names: [AzureCloud.eastus]}}}
                egress: [{id: us, to: [us], action: allow}]
                """);
        FeedLook look = new FeedLook();

        publish(1, "198.51.100.0/24");
        look.look(engine, 0);
        FeedLook.Found same = look.look(engine, 0);
        assertThat(same.news()).isEmpty();
        assertThat(rule(same.in(engine), "198.51.100.1")).isEqualTo("default-deny");

        publish(222, "198.51.100.0/24");
        look.look(engine, 0);
        FeedLook.Found found = look.look(engine, 0);
        assertThat(found.news()).hasSize(1);
        assertThat(rule(found.in(engine), "198.51.100.1")).isEqualTo("us");
        assertThat(rule(found.in(engine), "20.42.0.1")).isEqualTo("default-deny");
    }

    @Test
    void dataStaysInItsRegions() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                residency: {regions: [westeurope], unknownRegion: deny, serviceTags: tags.json}
                egress: [{id: all, to: ["*"], action: allow}]
                """);
        assertThat(rule(engine, "13.69.1.1")).isEqualTo("all");
        assertThat(rule(engine, "20.42.0.1")).isEqualTo("residency");
        assertThat(rule(engine, "13.69.4.1")).as("the smaller range decides").isEqualTo("residency");
        assertThat(engine.region(Policies.connect(null, "13.69.1.1", 443))).isEqualTo("westeurope");
        assertThat(engine.region(Policies.connect(null, "10.1.2.3", 443))).isNull();
        assertThat(rule(engine, "192.0.2.1")).as("unknown").isEqualTo("residency");
        assertThat(rule(engine, "127.0.0.1")).isEqualTo("all");
        assertThat(rule(engine, "10.1.2.3")).isEqualTo("all");
        assertThat(rule(engine, "64:ff9b::20.42.0.1")).as("carried").isEqualTo("residency");
        assertThat(engine.why(
                        engine.decide(Policies.connect(null, "20.42.0.1", 443)).rule(),
                        Policies.connect(null, "20.42.0.1", 443)))
                .isEqualTo("20.42.0.1 is in eastus, not one of [westeurope]");
        assertThat(engine.decide(dev.sallyport.policy.Call.name("refund", Policies.SHOP, "a.example"))
                        .denied())
                .as("a name has no region")
                .isFalse();
    }

    @Test
    void whatTheRulesDenyIsDeniedByThem() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                residency: {regions: [westeurope], serviceTags: tags.json}
                egress: [{id: none, to: ["*"], action: deny}]
                """);
        assertThat(rule(engine, "20.42.0.1")).isEqualTo("none");
    }

    @Test
    void anUnknownRegionMayBeToldOnly() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                residency: {regions: [westeurope], unknownRegion: alert, serviceTags: tags.json}
                egress: [{id: all, to: ["*"], action: allow}]
                """);
        Decision decision = engine.decide(Policies.connect(null, "192.0.2.1", 443));
        assertThat(decision.denied()).isFalse();
        assertThat(decision.rule().id()).isEqualTo("all");
        assertThat(Objects.requireNonNull(decision.wouldRule()).id()).isEqualTo("residency");
    }

    @Test
    void residencyOnlyWatchesInMonitorMode() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                defaults: {mode: monitor}
                residency: {regions: [westeurope], unknownRegion: deny, serviceTags: tags.json}
                egress: [{id: all, to: ["*"], action: allow}]
                """);
        Decision decision = engine.decide(Policies.connect(null, "20.42.0.1", 443));
        assertThat(decision.denied()).isFalse();
        assertThat(Objects.requireNonNull(decision.wouldRule()).id()).isEqualTo("residency");
    }

    @Test
    void theFileOfTheGroupsSaysWhereRegionsAre() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                groups: {entra: {serviceTag: {file: tags.json, names: [AzureActiveDirectory]}}}
                residency: {regions: [westeurope]}
                egress: [{id: all, to: ["*", entra], action: allow}]
                """);
        assertThat(rule(engine, "20.42.0.1")).isEqualTo("residency");
        assertThat(refused("residency: {regions: [westeurope]}\n"))
                .isEqualTo("policy.yaml:4:12: 'residency' does not say where the regions of addresses stand;"
                        + " write 'serviceTags: feeds/ServiceTags_Public.json'");
        assertThat(refused("residency: {regions: [mars], serviceTags: tags.json}\n"))
                .isEqualTo("policy.yaml:4:23: unknown region 'mars'; the file has 2, such as 'eastus'");
    }

    @Test
    void regionsChangeWithTheFile() throws IOException, PolicyException {
        PolicyEngine engine = load("""
                residency: {regions: [westeurope], unknownRegion: allow, serviceTags: tags.json}
                egress: [{id: all, to: ["*"], action: allow}]
                """);
        publish(2, "203.0.113.0/24");
        FeedLook look = new FeedLook();
        look.look(engine, 0);
        FeedLook.Found found = look.look(engine, 0);
        assertThat(found.news())
                .singleElement()
                .satisfies(news -> assertThat(news.text()).startsWith("residency: 2 regions, change number 2"));
        assertThat(rule(found.in(engine), "203.0.113.9")).isEqualTo("residency");
        assertThat(rule(found.in(engine), "20.42.0.1")).isEqualTo("all");
    }

    private PolicyEngine load(String sections) throws IOException, PolicyException {
        return PolicyLoader.load(
                        Files.writeString(
                                dir.resolve("policy.yaml"),
                                "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: test}\n" + sections),
                        Overrides.NONE)
                .engine();
    }

    private String refused(String sections) {
        return catchThrowableOfType(PolicyException.class, () -> load(sections)).toString();
    }

    private static String rule(PolicyEngine engine, String address) {
        return engine.decide(Policies.connect(null, address, 443)).rule().id();
    }
}
