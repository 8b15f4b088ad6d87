package dev.sallyport.policy;

import static dev.sallyport.policy.Policies.SHOP;
import static dev.sallyport.policy.Policies.engine;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules ask of a tool's arguments, of the task, and of what went before. */
class ConditionsTest {

    private static final String SMALL = """
            agents: {refund: {}}
            tools:
              - {id: small, tool: issueRefund, when: "args.amountMinor <= 50000", action: allow}
            """;

    private static final String BOTH = """
            tools:
              - {id: large, tool: issueRefund, when: "args.amountMinor > 50000", action: deny}
              - {id: other, tool: issueRefund, action: allow}
            """;

    private static final String TASKS = """
            agents: {orchestrator: {delegatesTo: [refund]}, refund: {}}
            tasks:
              process-refund:
                agent: [refund]
                startedBy: [orchestrator]
                params: [orderId, customerId]
                ttl: 10m
                justification: required
            tools:
              - id: refund
                agent: [refund]
                tool: issueRefund
                when: args.orderId == task.params.orderId
                during: [process-refund]
                action: allow
              - {id: any-task, tool: note, when: "task.name == 'process-refund'", action: allow}
            egress:
              - {id: psp, agent: [refund], to: ["psp.example:443"], during: [process-refund], action: allow}
            """;

    private static final Task TASK =
            new Task("process-refund", "01J9", Map.of("orderId", "o-1", "customerId", "c-1"), 1_760_000_000_000L);

    /** What a test says of a call's surroundings. */
    private record Known(
            @Nullable String subject,
            @Nullable Task task,
            @Nullable Map<String, Object> arguments,
            @Nullable PastCalls past)
            implements Circumstances {}

    @Test
    void anAllowRuleMatchesWhereItsConditionHolds() {
        PolicyEngine engine = engine(SMALL);
        assertThat(engine.decide(issueRefund(Map.of("amountMinor", 50_000L)))
                        .rule()
                        .id())
                .isEqualTo("small");
        assertThat(engine.decide(issueRefund(Map.of("amountMinor", 49_999.99)))
                        .rule()
                        .id())
                .isEqualTo("small");
        assertThat(engine.decide(issueRefund(Map.of("amountMinor", 50_001L)))
                        .rule()
                        .id())
                .isEqualTo("default-deny");
    }

    @Test
    void aCallWaitsForAConditionThatAnotherThreadCompiles() throws Exception {
        LoadedPolicy loaded = Policies.load(SMALL, Overrides.NONE);
        Expression condition = loaded.conditions().get(0);
        condition.leaveToOther();
        CompletableFuture<String> decided = new CompletableFuture<>();
        Thread caller = new Thread(() -> decided.complete(loaded.engine()
                .decide(issueRefund(Map.of("amountMinor", 1L)))
                .rule()
                .id()));
        caller.start();
        while (caller.getState() != Thread.State.TIMED_WAITING) {
            assertThat(caller.isAlive()).as("still waits").isTrue();
            Thread.onSpinWait();
        }

        assertThat(condition.compile()).isEmpty();

        assertThat(decided.get(1, TimeUnit.MINUTES)).isEqualTo("small");
    }

    @Test
    void whereAConditionCannotBeToldAnAllowRuleDoesNotMatchAndADenyRuleDoes() {
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("amountMinor", null);
        for (Map<String, Object> arguments :
                Arrays.asList(Map.<String, Object>of(), Map.<String, Object>of("amountMinor", "1"), nothing, null)) {
            assertThat(engine(SMALL).decide(issueRefund(arguments)).denied())
                    .as("allow, " + arguments)
                    .isTrue();
            assertThat(engine(BOTH).decide(issueRefund(arguments)).rule().id())
                    .as("deny, " + arguments)
                    .isEqualTo("large");
        }
        assertThat(engine(BOTH)
                        .decide(issueRefund(Map.of("amountMinor", 1L)))
                        .rule()
                        .id())
                .isEqualTo("other");
    }

    @Test
    void theReasonOfADenialNamesTheRuleThatNearlyAllowedIt() {
        PolicyEngine engine = engine(TASKS);
        Call call = tool("refund", "issueRefund", new Known(null, TASK, Map.of("orderId", "o-2"), null));
        assertThat(engine.why(engine.decide(call).rule(), call))
                .isEqualTo("no rule allows issueRefund to agent refund; rule refund does not:"
                        + " its condition does not hold: args.orderId == task.params.orderId");
        Call outside = connect("refund", null);
        assertThat(engine.why(engine.decide(outside).rule(), outside))
                .endsWith("to agent refund; rule psp does not: it is in no task, and not in process-refund");
        Call other = tool("orchestrator", "issueRefund", new Known(null, TASK, Map.of(), null));
        assertThat(engine.why(engine.decide(other).rule(), other))
                .isEqualTo("no rule allows issueRefund to agent orchestrator");
    }

    @Test
    void theReasonSaysWhichConditionDidNotHold() {
        PolicyEngine engine = engine(SMALL);
        Rule small = engine.toolRules().get(0);
        assertThat(engine.why(small, issueRefund(Map.of("amountMinor", 70_000L))))
                .isEqualTo("its condition does not hold: args.amountMinor <= 50000");
        assertThat(engine.why(small, issueRefund(Map.of())))
                .isEqualTo(
                        "its condition cannot be told (a field that it names is not there): args.amountMinor <= 50000");
        assertThat(engine.why(small, issueRefund(null)))
                .isEqualTo("its condition cannot be told (the arguments cannot be read): args.amountMinor <= 50000");
        PolicyEngine both = engine(BOTH);
        assertThat(both.why(both.toolRules().get(0), issueRefund(null)))
                .isEqualTo("its condition cannot be told (the arguments cannot be read): args.amountMinor > 50000,"
                        + " so it counts as met by a rule that refuses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "args.note == null | true",
                "has(args.note) | true",
                "has(args.missing) | false",
                "args.tags.exists(t, t == 'b') | true",
                "args.tags.size() == 2 && 'a' in args.tags | true",
                "args.orderId.matches('^o-[0-9]+$') | true",
                "args.order.lines[0].sku == 's1' | true",
                "args['orderId'] == 'o-7' | true",
                "agent == 'refund' | true",
                "subject == 'ana@shop.example' | true",
                "now > timestamp('2020-01-01T00:00:00Z') | true",
                "args.rate > 0 | true",
                "args.orderId in ['o-7', 'o-8'] | true",
                "args.orderId == 7 | false"
            })
    void conditionsSpeakOfArgumentsAgentSubjectAndTime(String condition, boolean holds) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("note", null);
        arguments.put("tags", List.of("a", "b"));
        arguments.put("orderId", "o-7");
        arguments.put("order", Map.of("lines", List.of(Map.of("sku", "s1"))));
        arguments.put("rate", 0.5);
        PolicyEngine engine = engine("tools:\n  - id: a\n    when: \"" + condition + "\"\n    action: allow\n");
        Call call = tool("refund", "t", new Known("ana@shop.example", null, arguments, null));
        assertThat(engine.decide(call).denied()).isEqualTo(!holds);
    }

    @Test
    void nobodyAtTheStartIsNull() {
        PolicyEngine engine = engine("tools:\n  - {id: a, when: subject == null, action: allow}\n");
        assertThat(engine.decide(issueRefund(Map.of())).denied()).isFalse();
        PolicyEngine starts = engine("tools:\n  - {id: a, when: subject.startsWith('a'), action: allow}\n");
        assertThat(starts.decide(issueRefund(Map.of())).denied()).isTrue();
    }

    @Test
    void aConditionThatTakesTooManyStepsIsAnError() {
        List<Object> many = new ArrayList<>();
        for (long i = 0; i < 2_000; i++) {
            many.add(i);
        }
        PolicyEngine engine = engine("tools:\n  - {id: a, when: \"args.list.all(x, x >= 0)\", action: allow}\n");
        assertThat(engine.decide(issueRefund(Map.of("list", many.subList(0, 500))))
                        .denied())
                .isFalse();
        assertThat(engine.decide(issueRefund(Map.of("list", many))).denied()).isTrue();
    }

    @Test
    void argumentsMustFitTheirSchema() {
        PolicyEngine engine = engine("""
                tools:
                  - id: small
                    tool: issueRefund
                    argsSchema:
                      type: object
                      required: [orderId, amountMinor]
                      additionalProperties: false
                      properties:
                        orderId: {type: string, pattern: "^o-[0-9]+$", maxLength: 10}
                        amountMinor: {type: integer, minimum: 1, maximum: 50000}
                        currency: {enum: [EUR, USD]}
                        lines: {type: array, maxItems: 2, items: {type: object, properties: {sku: {type: string}}}}
                    when: args.amountMinor < 100 || args.currency == 'EUR'
                    action: allow
                """);
        Rule small = engine.toolRules().get(0);
        Map<String, Object> right = Map.of("orderId", "o-1", "amountMinor", 50_000L, "currency", "EUR");
        assertThat(engine.decide(issueRefund(right)).denied()).isFalse();
        assertThat(engine.decide(issueRefund(null)).denied()).isTrue();
        for (Map.Entry<String, Map<String, Object>> wrong : Map.<String, Map<String, Object>>of(
                        "args.amountMinor is above 50000", Map.of("orderId", "o-1", "amountMinor", 50_001L),
                        "args.amountMinor is missing", Map.of("orderId", "o-1"),
                        "args.amountMinor is not of type integer", Map.of("orderId", "o-1", "amountMinor", "5"),
                        "args.orderId does not match ^o-[0-9]+$", Map.of("orderId", "x", "amountMinor", 5L),
                        "args has 'admin', which argsSchema does not name",
                                Map.of("orderId", "o-1", "amountMinor", 5L, "admin", true),
                        "args.currency is none of the values that argsSchema lists",
                                Map.of("orderId", "o-1", "amountMinor", 5L, "currency", "eur"),
                        "args.lines[1].sku is not of type string",
                                Map.of(
                                        "orderId",
                                        "o-1",
                                        "amountMinor",
                                        5L,
                                        "lines",
                                        List.of(Map.of("sku", "a"), Map.of("sku", 7L))))
                .entrySet()) {
            assertThat(engine.decide(issueRefund(wrong.getValue())).denied())
                    .as(wrong.getKey())
                    .isTrue();
            assertThat(engine.why(small, issueRefund(wrong.getValue()))).isEqualTo(wrong.getKey());
        }
    }

    @Test
    void aDenyRuleWithASchemaMeansTheArgumentsThatFitIt() {
        PolicyEngine engine = engine("""
                tools:
                  - {id: huge, argsSchema: {properties: {amount: {minimum: 1000}}, required: [amount]}, action: deny}
                  - {id: rest, action: allow}
                """);
        assertThat(engine.decide(issueRefund(Map.of("amount", 1_000L))).denied())
                .isTrue();
        assertThat(engine.decide(issueRefund(Map.of("amount", 999L))).denied()).isFalse();
        assertThat(engine.decide(issueRefund(null)).denied()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"anyOf", "oneOf", "allOf", "not", "const", "multipleOf", "exclusiveMaximum", "minLength"})
    void schemasCombine(String keyword) {
        String schema = switch (keyword) {
            case "anyOf" -> "{anyOf: [{minimum: 10}, {maximum: 5}]}";
            case "oneOf" -> "{oneOf: [{minimum: 10}, {maximum: 15}]}";
            case "allOf" -> "{allOf: [{minimum: 10}, {maximum: 20}]}";
            case "not" -> "{not: {minimum: 7, maximum: 7}}";
            case "const" -> "{const: 20}";
            case "multipleOf" -> "{multipleOf: 2.5}";
            case "exclusiveMaximum" -> "{exclusiveMaximum: 21}";
            default -> "{type: [integer, string], minLength: 2}";
        };
        long wrong = switch (keyword) {
            case "anyOf", "not", "const" -> 7;
            case "oneOf" -> 12;
            case "allOf" -> 21;
            case "multipleOf" -> 11;
            default -> 21;
        };
        PolicyEngine engine =
                engine("tools:\n  - {id: a, argsSchema: {properties: {n: " + schema + "}}, action: allow}\n");
        assertThat(engine.decide(issueRefund(Map.of("n", 20L))).denied()).isFalse();
        Object bad = keyword.equals("minLength") ? "x" : Long.valueOf(wrong);
        assertThat(engine.decide(issueRefund(Map.of("n", bad))).denied()).isTrue();
    }

    @Test
    void aRuleDuringATaskMatchesInThatTaskForItsAgents() {
        PolicyEngine engine = engine(TASKS);
        Map<String, Object> arguments = Map.of("orderId", "o-1");
        assertThat(decide(engine, "refund", "issueRefund", TASK, arguments)).isEqualTo("refund");
        assertThat(decide(engine, "refund", "issueRefund", null, arguments)).isEqualTo("default-deny");
        assertThat(decide(engine, "refund", "issueRefund", TASK, Map.of("orderId", "o-2")))
                .isEqualTo("default-deny");
        assertThat(decide(engine, "orchestrator", "note", TASK, Map.of())).isEqualTo("any-task");
        assertThat(decide(engine, "orchestrator", "note", null, Map.of())).isEqualTo("default-deny");
        Rule refund = engine.toolRules().get(0);
        assertThat(engine.why(refund, tool("refund", "issueRefund", new Known(null, null, arguments, null))))
                .isEqualTo("it is in no task, and not in process-refund");
    }

    @Test
    void aWayOutDuringATaskIsOpenInThatTaskOnly() {
        PolicyEngine engine = engine(TASKS);
        assertThat(engine.decide(connect("refund", TASK)).denied()).isFalse();
        assertThat(engine.decide(connect("refund", null)).denied()).isTrue();
        assertThat(engine.decide(connect("orchestrator", TASK)).denied()).isTrue();
    }

    @Test
    void aTaskIsStartedByWhomThePolicySaysWithAllItsParametersAndAReason() {
        PolicyEngine engine = engine(TASKS);
        Map<String, String> params = Map.of("orderId", "o-1", "customerId", "c-1");
        assertThat(engine.startTask("orchestrator", "process-refund", params, "asked")
                        .denied())
                .isFalse();
        assertThat(refused(engine, "refund", "process-refund", params, "asked"))
                .isEqualTo("task process-refund is started by [orchestrator], not by refund");
        assertThat(refused(engine, null, "process-refund", params, "asked"))
                .isEqualTo("task process-refund is started by [orchestrator], not by unattributed");
        assertThat(refused(engine, "orchestrator", "process-refund", Map.of("orderId", "o-1"), "asked"))
                .isEqualTo("task process-refund needs the parameter 'customerId'");
        assertThat(refused(
                        engine,
                        "orchestrator",
                        "process-refund",
                        Map.of("orderId", "o-1", "customerId", "c-1", "admin", "1"),
                        "asked"))
                .isEqualTo("task process-refund has no parameter 'admin'; its parameters are [orderId, customerId]");
        assertThat(refused(engine, "orchestrator", "process-refund", params, " "))
                .isEqualTo("task process-refund needs a justification");
        assertThat(refused(engine, "orchestrator", "other", params, "asked"))
                .isEqualTo("the policy knows no task 'other'");
    }

    @Test
    void whatMustHaveHappenedBeforeIsLookedForInTime() {
        PolicyEngine engine = engine("""
                tools:
                  - id: refund
                    tool: issueRefund
                    after: [{tool: scoreOrder, within: 15m, where: "past.args.orderId == args.orderId"}]
                    action: allow
                """);
        assertThat(engine.remembers("scoreOrder")).isTrue();
        assertThat(engine.remembersArguments("scoreOrder")).isTrue();
        assertThat(engine.remembers("issueRefund")).isFalse();
        long now = System.nanoTime();
        assertThat(refundAfter(engine, null)).isTrue();
        assertThat(refundAfter(engine, scored("scoreOrder", "o-1", now))).isFalse();
        assertThat(refundAfter(engine, scored("scoreOrder", "o-2", now))).isTrue();
        assertThat(refundAfter(engine, scored("readOrder", "o-1", now))).isTrue();
        assertThat(refundAfter(engine, scored("scoreOrder", "o-1", now - TimeUnit.MINUTES.toNanos(16))))
                .isTrue();
        PastCalls unread = new PastCalls();
        unread.add(new PastCall("scoreOrder", "fraud-check", now, null));
        assertThat(refundAfter(engine, unread)).isTrue();
        Call call = tool("refund", "issueRefund", new Known(null, null, Map.of("orderId", "o-1"), null));
        assertThat(engine.why(engine.toolRules().get(0), call))
                .isEqualTo("no scoreOrder went well before it within 15m where past.args.orderId == args.orderId");
    }

    @Test
    void aFloodOfPastCallsForgetsTheOldest() {
        PolicyEngine engine = engine(
                "tools:\n  - {id: a, tool: issueRefund, after: [{tool: score, where: \"past.args.orderId == 'o-1'\"}], action: allow}\n");
        PastCalls past = scored("score", "o-1", System.nanoTime());
        assertThat(refundAfter(engine, past)).isFalse();
        for (int i = 0; i < PastCalls.KEPT; i++) {
            past.add(new PastCall("score", "a", System.nanoTime(), Map.of("orderId", "o-2")));
        }
        assertThat(refundAfter(engine, past)).isTrue();
    }

    @Test
    void whatNeedsAnApprovalIsRefusedSinceNobodyCanBeAsked() {
        PolicyEngine engine = engine("""
                approvals:
                  finance: {approvers: [group:finance], quorum: 1, ttl: 10m, uses: 1, bind: [agent, args], onTimeout: deny}
                tools:
                  - {id: large, tool: issueRefund, action: approve, approval: finance}
                  - {id: rest, action: allow}
                """);
        Decision decision = engine.decide(issueRefund(Map.of()));
        assertThat(decision.denied()).isTrue();
        assertThat(decision.rule().id()).isEqualTo("large");
        assertThat(decision.would()).isEqualTo(Action.APPROVE);
        assertThat(engine.why(decision.rule(), issueRefund(Map.of())))
                .isEqualTo("it needs approval 'finance', and nobody can be asked in this version");
    }

    @Test
    void anApprovalThatIsOnlyMonitoredRefusesNothing() {
        PolicyEngine engine = engine("""
                approvals: {finance: {approvers: [group:finance]}}
                tools:
                  - {id: large, tool: issueRefund, action: approve, approval: finance, mode: monitor}
                  - {id: rest, action: allow}
                """);
        Decision decision = engine.decide(issueRefund(Map.of()));
        assertThat(decision.denied()).isFalse();
        assertThat(decision.rule().id()).isEqualTo("rest");
        assertThat(decision.would()).isEqualTo(Action.APPROVE);
    }

    private static boolean refundAfter(PolicyEngine engine, @Nullable PastCalls past) {
        return engine.decide(tool("refund", "issueRefund", new Known(null, null, Map.of("orderId", "o-1"), past)))
                .denied();
    }

    private static PastCalls scored(String tool, String order, long nanos) {
        PastCalls past = new PastCalls();
        past.add(new PastCall(tool, "fraud-check", nanos, Map.of("orderId", order)));
        return past;
    }

    private static String refused(
            PolicyEngine engine, @Nullable String from, String task, Map<String, String> params, String why) {
        Decision decision = engine.startTask(from, task, params, why);
        assertThat(decision.denied()).isTrue();
        return decision.rule().why();
    }

    private static String decide(
            PolicyEngine engine, String agent, String tool, @Nullable Task task, Map<String, Object> arguments) {
        return engine.decide(tool(agent, tool, new Known(null, task, arguments, null)))
                .rule()
                .id();
    }

    private static Call issueRefund(@Nullable Map<String, Object> arguments) {
        return tool("refund", "issueRefund", new Known(null, null, arguments, null));
    }

    private static Call tool(String agent, String tool, Circumstances circumstances) {
        return new Call(Stage.TOOL, Via.TOOL, agent, SHOP, null, null, -1, null, tool, circumstances);
    }

    private static Call connect(String agent, @Nullable Task task) {
        return new Call(
                Stage.CONNECT,
                Via.TCP,
                agent,
                SHOP,
                "psp.example",
                Policies.address("203.0.113.7"),
                443,
                null,
                null,
                new Known(null, task, null, null));
    }
}
