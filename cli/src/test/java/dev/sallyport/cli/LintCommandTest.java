package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintCommandTest {

    @TempDir
    Path dir;

    @Test
    void aTightPolicyHasNothingToSay() throws IOException {
        Run run = lint("""
                agents:
                  refund: {entry: ["com.shop.Refund#run"]}
                egress:
                  - {id: psp, agent: [refund], to: ["api.psp.example:443"], action: allow}
                """);

        assertThat(run.out()).isEqualTo("0 findings\n");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "*.github.io, hosting-wildcard, github.io",
        "*.blob.core.windows.net, hosting-wildcard, blob.core.windows.net",
        "*.azurewebsites.net, hosting-wildcard, azurewebsites.net",
        "*.cloudfront.net, hosting-wildcard, cloudfront.net",
        "*.amazonaws.com, hosting-wildcard, amazonaws.com",
        "*.herokuapp.com, hosting-wildcard, herokuapp.com",
        "*.vercel.app, hosting-wildcard, vercel.app",
        "*.com, wildcard, com",
        "*.co.uk, wildcard, co.uk"
    })
    void aWildcardWhereAnybodyCanRegisterIsNamed(String host, String check, String suffix) throws IOException {
        Run run = lint("egress:\n  - {id: cdn, to: [\"" + host + "\"], action: allow}\n");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("rule 'cdn' allows '" + host + "'", suffix, "[" + check + "]");
    }

    @Test
    void aWildcardOverANameOfOnesOwnIsNoFinding() throws IOException {
        assertThat(lint("egress:\n  - {id: own, to: [\"*.api.shop.example\"], action: allow}\n")
                        .out())
                .isEqualTo("0 findings\n");
    }

    @Test
    void aRuleForContentThatLeavesOutEverythingIsNamed() throws IOException {
        assertThat(lint("content:\n  - {id: cards, detect: [payment-card], except: {to: [\"*\"]}}\n")
                        .out())
                .contains("rule 'cards' looks into no request", "[allow-all]");
        assertThat(lint("content:\n  - {id: cards, detect: [payment-card], except: {to: [\"a.example\"]}}\n")
                        .out())
                .isEqualTo("0 findings\n");
    }

    @Test
    void allowingEverythingIsNamed() throws IOException {
        assertThat(lint("""
                                agents: {refund: {entry: ["com.shop.Refund#run"]}}
                                egress:
                                  - {id: mine, agent: [refund], to: ["*"], action: allow}
                                  - {id: all, to: ["*"], action: allow}
                                tools:
                                  - {id: tools, action: allow}
                                """).out())
                .contains("refunds.yaml:6:5: rule 'mine' lets agent refund go everywhere", "[broad-agent]")
                .contains("refunds.yaml:7:5: rule 'all' allows every destination to every agent", "[allow-all]")
                .contains("rule 'tools' allows every tool to every agent");
    }

    @Test
    void overdueReviewsAreNamedWithTheirPlace() throws IOException {
        Path policy = Files.writeString(dir.resolve("refunds.yaml"), """
                apiVersion: sallyport.dev/v1
                kind: Policy
                metadata: {name: refunds, reviewBy: 2027-01-31}
                agents:
                  refund: {reviewBy: 2027-03-31, entry: ["com.shop.Refund#run"]}
                """);

        assertThat(Run.of("lint", policy, "--today", "2027-01-31").out()).isEqualTo("0 findings\n");
        assertThat(Run.of("lint", policy, "--today", "2027-04-01").out())
                .contains("refunds.yaml:3:37: the review of the policy was due on 2027-01-31")
                .contains("refunds.yaml:5:22: the review of agent 'refund' was due on 2027-03-31");
    }

    @Test
    void privateNamesWithoutResolvedUnusedAgentsAndWhatValidateWarnsOfAreNamed() throws IOException {
        assertThat(lint("""
                                groups: {nobody: {fqdn: [a.example]}}
                                agents: {idle: }
                                egress:
                                  - {id: orders, to: ["orders.internal.example:443"], action: allow}
                                  - {id: again, to: ["orders.internal.example:443"], action: allow}
                                """).out())
                .contains(
                        "rule 'orders' allows 'orders.internal.example' only where it resolves to public",
                        "[private-name]")
                .contains("no rule names the agent 'idle'", "[unused-agent]")
                .contains("no rule names the group 'nobody'", "rule 'again' is never reached", "[validate]");
    }

    @Test
    void aPolicyThatOnlyWatchesIsNamedAndAChecksCanBeLeftOut() throws IOException {
        Path policy = Shop.policy(dir, "refunds.yaml", "defaults: {mode: monitor, onError: allow}\n");

        assertThat(Run.of("lint", policy).out())
                .contains("refunds.yaml:4:18: the policy only watches", "2 not-enforced");
        assertThat(Run.of("lint", policy, "--ignore", "not-enforced").code()).isZero();
    }

    @Test
    void aJournalTellsWhichRulesNeverMattered() throws IOException {
        Path policy = Shop.policy(dir);
        Path journal = Files.write(
                dir.resolve("journal-1.jsonl"),
                JournalEncoder.encode(List.of(
                        Entries.connect("d-1", "refund", "api.psp.example", "allow", "refund-psp"),
                        Entries.connect("d-2", "refund", "10.20.0.1", "deny", "deny-spokes"),
                        Entries.entry(
                                "d-3",
                                "refund",
                                "connect",
                                "tcp",
                                Entries.host("a.westeurope.example"),
                                "deny",
                                "default-deny",
                                "allow",
                                "new-region",
                                4,
                                null))));

        assertThat(Run.of("lint", policy, "--journal", journal).out())
                .contains("rule 'no-shell' denied nothing in 6 recorded calls [never-denied]")
                .contains(
                        "rule 'order-reads' allowed nothing in 6 recorded calls; drop it if nobody needs it [never-used]")
                .contains("rule 'new-region' matched 4 calls in 6 recorded calls", "[ready-to-enforce]")
                .contains("agent 'orchestrator' did nothing in 6 recorded calls [idle-agent]")
                .doesNotContain("rule 'refund-psp'", "rule 'deny-spokes'");
    }

    @Test
    void thePolicysFilesInADirectoryAreNamed() throws IOException {
        Path policy = Files.createDirectory(dir.resolve("policy"));
        Shop.policy(policy, "10-head.yaml", "agents: {idle: }\n");
        Files.writeString(policy.resolve("20-rules.yaml"), "egress:\n  - {id: all, to: [\"*\"], action: allow}\n");

        assertThat(Run.of("lint", policy).out())
                .contains("10-head.yaml:4:10: no rule names the agent 'idle'")
                .contains("20-rules.yaml:2:5: rule 'all' allows every destination");
    }

    @Test
    void jsonHoldsFindingsWithTheirPlaces() throws IOException {
        Path policy = Shop.policy(dir, "refunds.yaml", "egress:\n  - {id: all, action: allow}\n");

        assertThat(Run.of("lint", policy, "--json").out())
                .contains(
                        "\"findings\":[{\"check\":\"allow-all\",\"line\":5,\"column\":5,\"message\":\"rule 'all' allows");
    }

    @Test
    void aPolicyWithErrorsIsNotLinted() throws IOException {
        Run run = lint("egres: []\n");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown key 'egres'");
    }

    private Run lint(String sections) throws IOException {
        return Run.of("lint", Shop.policy(dir, "refunds.yaml", sections));
    }
}
