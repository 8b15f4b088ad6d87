package dev.sallyport.policy.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.RuleTrace;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.match.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentRulesTest {

    private static final String CARD = "4111111111111111";
    private static final Library SHOP = new Library("com.shop", "desk", "1.0", "com.shop");

    @TempDir
    Path dir;

    private record Said(@Nullable Map<String, Object> arguments) implements Circumstances {

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public @Nullable Task task() {
            return null;
        }
    }

    private record Request(String path, @Nullable String query, Map<String, String> headers) implements HttpRequest {

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public List<String> headers(String name) {
            String value = headers.get(name);
            return value == null ? List.of() : List.of(value);
        }

        @Override
        public void eachHeader(BiConsumer<String, String> taker) {
            headers.forEach(taker);
        }
    }

    @Test
    void aCardAtAnyDepthOfTheArgumentsIsFoundWithItsPath() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card]}");
        Call call = tool("answer", Map.of("customer", Map.of("notes", List.of("none", "card " + CARD))));

        assertThat(Finding.words(find(engine, call))).isEqualTo("payment-card in args.customer.notes[1] at 5");
        assertThat(decide(engine, call).rule().id()).isEqualTo("cards");
    }

    @Test
    void aNumberIsLookedIntoAsItIsWritten() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card]}");
        assertThat(decide(engine, tool("charge", Map.of("card", 4111111111111111L)))
                        .denied())
                .isTrue();
        assertThat(decide(engine, tool("charge", Map.of("card", 4111111111111112L)))
                        .denied())
                .isFalse();
    }

    @Test
    void theNameBeforeATextTellsWhatItIs() throws Exception {
        PolicyEngine engine = engine("- {id: secrets, detect: [credential]}");
        assertThat(decide(engine, tool("login", Map.of("password", "gT7pQ2xW9zLk4vRb")))
                        .denied())
                .isTrue();
        assertThat(decide(engine, tool("login", Map.of("greeting", "gT7pQ2xW9zLk4vRb")))
                        .denied())
                .isFalse();
    }

    @Test
    void aNameThatIsASecretItselfDoesNotStandInTheEvidence() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card]}");
        List<Finding> findings = find(engine, tool("answer", Map.of(CARD, "and " + CARD)));

        assertThat(findings).hasSize(2);
        assertThat(Finding.words(findings)).doesNotContain(CARD).contains("payment-card in args.*");
    }

    @Test
    void aRuleLooksIntoTheToolsAndAgentsThatItNamesAlone() throws Exception {
        PolicyEngine engine = engine("- {id: cards, agent: [refund], tool: [\"send*\"], detect: [payment-card]}");
        assertThat(decide(engine, tool("sendMail", Map.of("text", CARD))).denied())
                .isTrue();
        assertThat(decide(engine, tool("charge", Map.of("text", CARD))).denied())
                .isFalse();
        assertThat(rules(engine)
                        .of(new Call(
                                Stage.TOOL,
                                Via.TOOL,
                                "orchestrator",
                                SHOP,
                                null,
                                null,
                                -1,
                                null,
                                "sendMail",
                                new Said(Map.of("text", CARD)))))
                .isNull();
        assertThat(rules(engine).looksIntoRequests()).isFalse();
    }

    @Test
    void anExceptionByDestinationLeavesToolsAlone() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card], except: {to: [api.psp.example]}}");
        assertThat(decide(engine, tool("charge", Map.of("card", CARD))).denied())
                .isTrue();
        assertThat(rules(engine).of(request("api.psp.example", new Request("/", null, Map.of()))))
                .isNull();
        assertThat(rules(engine).of(request("collect.acme.example", new Request("/", null, Map.of()))))
                .isNotNull();
    }

    @Test
    void anExceptionByToolLeavesRequestsAlone() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card], except: {tool: [charge]}}");
        assertThat(decide(engine, tool("charge", Map.of("card", CARD))).denied())
                .isFalse();
        assertThat(rules(engine).of(request("api.psp.example", new Request("/", null, Map.of()))))
                .isNotNull();
    }

    @Test
    void thePathTheQueryAndHeadersAreLookedIntoButForThoseThatCarryCredentials() throws Exception {
        PolicyEngine engine = engine("- {id: cards, detect: [payment-card, jwt]}");
        String jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
        Request request =
                new Request("/" + CARD, "a=" + CARD, Map.of("X-Note", CARD, "Authorization", "Bearer " + jwt));
        Inspection inspection = Objects.requireNonNull(rules(engine).of(request("a.example", request)));

        assertThat(RequestContent.findings(inspection.detectors(), request))
                .extracting(Finding::where)
                .containsExactlyInAnyOrder("path", "query", "header X-Note");
    }

    @Test
    void aBodyThatNobodySeesIsRefusedUnlessTheRuleLetsItPass() throws Exception {
        Call call = request("a.example", new Request("/", null, Map.of()));
        List<Finding> unseen = List.of(Finding.unseen(ContentRule.BODY));

        assertThat(decide(engine("- {id: cards, detect: [payment-card]}"), call, unseen)
                        .denied())
                .isTrue();
        assertThat(decide(engine("- {id: cards, detect: [payment-card], unseen: allow}"), call, unseen)
                        .denied())
                .isFalse();
        assertThat(Finding.words(unseen)).isEqualTo("unseen in body");
    }

    @Test
    void aRuleThatIsOnlyWatchedLetsItPassAndTheNextOneDecides() throws Exception {
        PolicyEngine engine = engine("""
                - {id: watched, detect: [payment-card], mode: monitor}
                - {id: enforced, detect: [us-ssn]}""");
        Decision watched = decide(engine, tool("answer", Map.of("text", CARD)));
        assertThat(watched.action()).isEqualTo(Action.ALLOW);
        assertThat(watched.would()).isEqualTo(Action.DENY);
        assertThat(watched.wouldRule()).extracting(Rule::id).isEqualTo("watched");

        assertThat(decide(engine, tool("answer", Map.of("text", CARD + " 536-22-1234")))
                        .rule()
                        .id())
                .isEqualTo("enforced");
    }

    @Test
    void anOperatorTurnsARuleToItsOtherMode() throws Exception {
        LoadedPolicy loaded = load("- {id: cards, detect: [payment-card]}");
        PolicyState state = new PolicyState(Map.of(), Map.of("cards", Mode.MONITOR), null, Map.of(), null, null);
        PolicyEngine engine = loaded.with(state, Overrides.NONE, 0).engine();

        assertThat(decide(engine, tool("answer", Map.of("text", CARD))).denied())
                .isFalse();
    }

    @Test
    void whatExplainsACallLooksIntoItsArguments() throws Exception {
        PolicyEngine engine = engine("""
                - {id: cards, detect: [payment-card]}
                - {id: numbers, detect: [us-ssn]}""");
        assertThat(traces(engine, tool("answer", Map.of("text", CARD))))
                .extracting(RuleTrace::match, RuleTrace::decides)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Match.YES, true),
                        org.assertj.core.groups.Tuple.tuple(Match.NO, false));
        assertThat(traces(engine, tool("answer", null)))
                .extracting(RuleTrace::match)
                .containsOnly(Match.UNDECIDED);
    }

    @Test
    void whatEvidenceSaysOfFindingsIsReadAgain() {
        List<Finding> findings = List.of(
                new Finding("payment-card", "args.a", 5, 2),
                new Finding("jwt", "body in base64", 0, 1),
                Finding.unseen(ContentRule.BODY));
        assertThat(Finding.parse(Finding.words(findings)))
                .extracting(Finding::detector, Finding::where)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("payment-card", "args.a"),
                        org.assertj.core.groups.Tuple.tuple("jwt", "body in base64"),
                        org.assertj.core.groups.Tuple.tuple("unseen", "body"));
        assertThat(Finding.parse("ended")).isEmpty();
        assertThat(Finding.parse(null)).isEmpty();
    }

    private static List<RuleTrace> traces(PolicyEngine engine, Call call) {
        return engine.explain(call).stream()
                .filter(trace -> engine.isOfContent(trace.rule()))
                .toList();
    }

    private static ContentRules rules(PolicyEngine engine) {
        return Objects.requireNonNull(engine.content());
    }

    private static List<Finding> find(PolicyEngine engine, Call call) {
        Inspection inspection = rules(engine).of(call);
        return inspection == null
                ? List.of()
                : ToolContent.findings(
                        inspection.detectors(),
                        Objects.requireNonNull(call.circumstances().arguments()));
    }

    private static Decision decide(PolicyEngine engine, Call call) {
        return decide(engine, call, find(engine, call));
    }

    private static Decision decide(PolicyEngine engine, Call call, List<Finding> findings) {
        Inspection inspection = rules(engine).of(call);
        Decision allowed = engine.decide(call);
        return inspection == null ? allowed : inspection.decide(allowed, findings);
    }

    private static Call tool(String name, @Nullable Map<String, Object> arguments) {
        return new Call(Stage.TOOL, Via.TOOL, "refund", SHOP, null, null, -1, null, name, new Said(arguments));
    }

    private static Call request(String host, HttpRequest request) {
        return new Call(Stage.HTTP, Via.HTTP, "refund", SHOP, host, Addresses.parse("203.0.113.7"), 443, request, null);
    }

    private PolicyEngine engine(String content) throws IOException, PolicyException {
        return load(content).engine();
    }

    private LoadedPolicy load(String content) throws IOException, PolicyException {
        Path file = Files.writeString(dir.resolve("policy.yaml"), """
                apiVersion: sallyport.dev/v1
                kind: Policy
                metadata: {name: test}
                agents: {refund: , orchestrator: }
                egress: [{id: all, to: ["*"], action: allow}]
                content:
                """ + content + "\n");
        return PolicyLoader.load(file, Overrides.NONE);
    }
}
