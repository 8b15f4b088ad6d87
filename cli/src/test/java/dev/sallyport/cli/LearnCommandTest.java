package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnCommandTest {

    @TempDir
    Path dir;

    private final List<JournalEntry> entries = new ArrayList<>();

    @Test
    void requestsAreLearnedByAgentLibraryMethodAndTemplateOfThePath() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "POST", "/v1/refunds");
        request("fraud-check", "com.shop:desk:1.0", "orders.internal.example", "GET", "/orders/1041");
        request("fraud-check", "com.shop:desk:1.0", "orders.internal.example", "GET", "/orders/1042");

        Run run = learn();

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("  mode: monitor\n")
                .contains("  api-psp-example: {fqdn: [api.psp.example], ports: [443]}\n")
                .contains(
                        "  - {id: refund-api-psp-example, agent: [refund], library: [\"com.shop:desk\"], to: [api-psp-example],"
                                + " http: [{method: POST, path: /v1/refunds}], action: allow}\n")
                .contains("http: [{method: GET, path: \"/orders/*\"}]")
                .contains("  refund:\n", "  fraud-check:\n");
        assertThat(run.out().split("id: fraud-check", -1)).hasSize(2);
    }

    @Test
    void theResultAllowsEveryCallOfTheJournal() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "POST", "/v1/refunds");
        connect("refund", "com.acme:beacon:2", "10.1.2.3", null, 8443);
        connect("unattributed", null, "203.0.113.9", "collect.acme.example", 443);
        tool("refund", "issueRefund");
        process("refund", "/usr/bin/git");
        delegation("orchestrator", "refund");
        entries.add(entry("name", "dns", "refund", "com.shop:desk:1.0", place("asked.example", null, -1), null));
        Path learned = dir.resolve("learned.yaml");

        Run run = learn("-o", learned);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("learned.yaml: 6 rules from 8 calls");
        assertThat(Run.of("validate", learned).code()).isZero();
        Run diff = Run.of("diff", learned, learned, "--mode", "enforce", "--json", "--journal", dir);
        assertThat(diff.out()).contains("\"calls\":8,\"changed\":0");
        Path nothing = Shop.policy(
                dir, "nothing.yaml", "agents: {orchestrator: {delegatesTo: [refund]}, refund: }\ntools: []\n");
        Run change = Run.of("diff", nothing, learned, "--mode", "enforce", "--journal", dir);
        assertThat(change.out()).contains("8 calls, 7 decided differently").doesNotContain("allow by default-deny");
    }

    @Test
    void namesThatRotateUnderAHostOfOnesOwnBecomeOne() throws IOException {
        for (String label : List.of("a1b2c3d4", "ff00aa11", "0badcafe")) {
            connect("refund", "com.shop:desk:1.0", "203.0.113.7", label + ".cdn.shop.example", 443);
        }

        assertThat(learn().out()).contains("fqdn: [\"*.cdn.shop.example\"]").doesNotContain("a1b2c3d4");
    }

    @ParameterizedTest
    @CsvSource({
        "cloudfront.net, d111abc1 d222abc2 d333abc3 d444abc4",
        "blob.core.windows.net, account1 account2 account3",
        "eu-west-1.compute.amazonaws.com, ec2-1-2-3-4 ec2-1-2-3-5 ec2-1-2-3-6",
        "github.io, user1 user2 user3",
        "co.uk, shop1 shop2 shop3"
    })
    void namesThatRotateWhereAnybodyCanHaveOneAreListed(String parent, String labels) throws IOException {
        for (String label : labels.split(" ")) {
            connect("refund", "com.shop:desk:1.0", "203.0.113.7", label + "." + parent, 443);
        }

        Run run = learn();

        assertThat(run.out()).doesNotContain("*.").contains("# names under " + parent + " rotate");
        for (String label : labels.split(" ")) {
            assertThat(run.out()).contains(label + "." + parent);
        }
    }

    @Test
    void twoHostsAreNoRotation() throws IOException {
        connect("refund", "com.shop:desk:1.0", "203.0.113.7", "node1.shop.example", 443);
        connect("refund", "com.shop:desk:1.0", "203.0.113.7", "node2.shop.example", 443);

        assertThat(learn().out())
                .contains("node1.shop.example, node2.shop.example")
                .doesNotContain("*.");
    }

    @Test
    void whatResolvedInsideIsExpectedInside() throws IOException {
        connect("refund", "com.shop:desk:1.0", "10.0.0.5", "orders.shop.example", 443);

        assertThat(learn().out()).contains("fqdn: [orders.shop.example], ports: [443], resolved: private}");
    }

    @Test
    void whatARuleRefusesIsNamedAndNotLearned() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "POST", "/v1/refunds");
        entries.add(entry("process", "process", "refund", "com.shop:desk:1.0", command("/bin/sh"), "no-shell"));
        entries.add(
                entry("connect", "tcp", "refund", "com.shop:desk:1.0", place("b.example", null, 443), "default-deny"));

        Run run = learn();

        assertThat(run.out())
                .contains("# not learned, 1 call: rule 'no-shell': refund process /bin/sh")
                .contains("b.example")
                .doesNotContain("via: [process]");
        assertThat(learn("--all").out()).contains("via: [process], to: [/bin/sh], action: allow");
    }

    @Test
    void whatThePolicyInForceHasNoRuleForIsMarked() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "POST", "/v1/refunds");
        entries.add(
                entry("connect", "tcp", "refund", "com.shop:desk:1.0", place("b.example", null, 443), "default-deny"));

        String[] rules = learn().out().split("\n  - ", -1);

        assertThat(rules)
                .anySatisfy(rule -> assertThat(rule)
                        .startsWith("{id: refund-b-example")
                        .contains("action: allow}   # the policy in force does not allow this"));
        assertThat(rules)
                .anySatisfy(rule -> assertThat(rule)
                        .startsWith("{id: refund-api-psp-example")
                        .doesNotContain("in force"));
    }

    @Test
    void aNameThatARuleWouldTakeForAPatternIsNotLearned() throws IOException {
        tool("refund", "*");
        tool("refund", "issueRefund");
        connect("refund", "*:*", "203.0.113.9", "a.example", 443);
        process("refund", "/tmp/*");
        request("refund", "com.shop:desk:1.0", "b.example", "GET", "/*/x");
        connect(
                "refund",
                "com.shop:desk:1.0",
                "203.0.113.9",
                "c.example\", ports: [1]}\n  - {id: x, action: allow, to: [\"*",
                443);

        Run run = learn();

        assertThat(run.out())
                .contains("'*' holds a '*'", "'*:*' holds a '*'", "'/tmp/*' holds a '*'", "'/*/x' holds a '*'");
        assertThat(run.out().replaceAll("(?m)^#.*", "")).contains("issueRefund").doesNotContain("*");
    }

    @Test
    void whatWasNotExercisedIsSaid() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "POST", "/v1/refunds");
        Path policy = Shop.policy(dir, "refunds.yaml", """
                agents:
                  orchestrator: {delegatesTo: [refund], entry: ["com.shop.Orchestrator#handle"], sponsor: ana}
                  refund:
                """);

        assertThat(learn("--policy", policy).out())
                .contains("  orchestrator: {entry: [\"com.shop.Orchestrator#handle\"], sponsor: ana}   # did nothing\n")
                .contains("  # orchestrator never entered refund\n");
    }

    @Test
    void aPathThatServersReadDifferentlyIsNotCovered() throws IOException {
        request("refund", "com.shop:desk:1.0", "api.psp.example", "GET", "/a/../b");

        Run run = learn();

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("no rule can allow the path /a/../b alone", "would still be refused, 1x");
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/1041, /orders/*",
        "/orders/A-1041/items, /orders/*/items",
        "/v1/refunds, /v1/refunds",
        "/2023-10-01/models, /2023-10-01/models",
        "/users/7c1e1f0a-1b2c-4d5e-8f90-a1b2c3d4e5f6, /users/*",
        "/blob/da39a3ee5e6b4b0d, /blob/*",
        "/oauth2/token, /oauth2/token",
        "/, /"
    })
    void segmentsThatLookLikeIdsBecomeStars(String path, String template) {
        assertThat(Identifiers.template(path)).isEqualTo(template);
    }

    private Run learn(Object... options) throws IOException {
        Path journal = Files.write(dir.resolve("journal-1.jsonl"), JournalEncoder.encode(entries));
        List<Object> words = new ArrayList<>(List.of("learn", "--journal", journal));
        words.addAll(List.of(options));
        return Run.of(words.toArray());
    }

    private void request(String agent, String library, String host, String method, String path) {
        Target target = new Target(host, null, 443, method, "https", path, null, List.of(), null, null);
        entries.add(entry("http", "http", agent, library, target, null));
        if (entries.size() == 1) {
            Target connect = new Target(host, "203.0.113.5", 443, method, "https", path, null, List.of(), null, null);
            entries.add(entry("connect", "tcp", agent, library, connect, null));
        }
    }

    private void connect(String agent, @Nullable String library, String address, @Nullable String host, int port) {
        entries.add(entry("connect", "tcp", agent, library, place(host, address, port), null));
    }

    private void tool(String agent, String tool) {
        Target target = new Target(null, null, -1, null, null, null, tool, List.of(), null, null);
        entries.add(entry("tool", "tool", agent, "com.shop:desk:1.0", target, null));
    }

    private void process(String agent, String command) {
        entries.add(entry("process", "process", agent, "com.shop:desk:1.0", command(command), null));
    }

    private void delegation(String from, String to) {
        Target target = new Target(null, null, -1, null, null, null, null, List.of(), null, to);
        entries.add(entry("delegation", "tool", from, "com.shop:desk:1.0", target, null));
    }

    private static Target place(@Nullable String host, @Nullable String address, int port) {
        return new Target(host, address, port, null, null, null, null, List.of(), null, null);
    }

    private static Target command(String command) {
        return new Target(null, null, -1, null, null, null, null, List.of(command, "-c"), null, null);
    }

    private static JournalEntry entry(
            String stage,
            String via,
            String agent,
            @Nullable String library,
            Target target,
            @Nullable String wouldRule) {
        JournalEntry entry = Entries.entry(
                "d-1",
                agent,
                stage,
                via,
                target,
                "allow",
                "default-deny",
                wouldRule == null ? null : "deny",
                wouldRule,
                1,
                null);
        return Entries.of(entry, library);
    }
}
