package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Policies;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What limits have to do with tasks and approvals. */
class TaskLimitsTest {

    private static final String HEAD = """
            agents: {orchestrator: , refund: }
            tasks:
              process-refund: {agent: [refund], startedBy: [orchestrator], ttl: 10m}
              audit: {startedBy: [orchestrator], ttl: 10m}
            approvals: {finance: {approvers: [group:finance]}}
            egress: [{id: all, to: ['*'], action: allow}]
            limits:
            """;

    @Test
    void eachRunOfATaskHasABudgetOfItsOwnAndNobodyElseIsConcerned() {
        InForce policy = policy("  - {id: rate, count: tool.calls, per: task, max: 2}", null);
        Circumstances first = new Run("process-refund");
        Circumstances second = new Run("process-refund");
        assertThat(policy.rule("readOrder", first)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", first)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", first)).isEqualTo("rate");
        assertThat(policy.why("readOrder", first)).isEqualTo("2 are used of at most 2 tool.calls within a task");
        assertThat(policy.rule("readOrder", second)).isEqualTo("uncovered-tools");
        for (int i = 0; i < 5; i++) {
            assertThat(policy.rule("readOrder", Circumstances.NONE)).isEqualTo("uncovered-tools");
        }
    }

    @Test
    void aTaskThatHasEndedUsesNothingUpAndIsHeldToNothing() {
        InForce policy = policy("  - {id: rate, count: tool.calls, per: task, max: 1}", null);
        Run run = new Run("process-refund");
        assertThat(policy.rule("readOrder", run)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", run)).isEqualTo("rate");
        run.ended = true;
        assertThat(policy.rule("readOrder", run)).isEqualTo("uncovered-tools");
    }

    @Test
    void withinATaskKeysAreCountedApartToo() {
        InForce policy =
                policy("  - {id: each, tool: [issueRefund], sum: args.amount, key: args.to, per: task, max: 10}", null);
        Run run = new Run("process-refund");
        run.arguments = Map.of("to", "c1", "amount", 8L);
        assertThat(policy.rule("issueRefund", run)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("issueRefund", run)).isEqualTo("each");
        assertThat(policy.why("issueRefund", run))
                .isEqualTo("8 are used of at most 10 args.amount within a task for one args.to,"
                        + " and this call would add 8");
        run.arguments = Map.of("to", "c2", "amount", 8L);
        assertThat(policy.rule("issueRefund", run)).isEqualTo("uncovered-tools");
        run.arguments = Map.of("to", "c1", "amount", 2L);
        assertThat(policy.rule("issueRefund", run)).isEqualTo("uncovered-tools");
    }

    @Test
    void whatARefusedCallTookFromTheTaskItGivesBack() {
        InForce policy = policy("""
                  - {id: wide, count: tool.calls, per: task, max: 2}
                  - {id: narrow, tool: [issueRefund], count: tool.calls, per: 1m, max: 1}
                """, null);
        Run run = new Run("process-refund");
        assertThat(policy.rule("issueRefund", run)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("issueRefund", run)).isEqualTo("narrow");
        assertThat(policy.rule("readOrder", run)).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", run)).isEqualTo("wide");
    }

    @Test
    void aChangedPolicyDoesNotRenewATasksBudget() {
        Run run = new Run("process-refund");
        InForce before = policy("  - {id: rate, count: tool.calls, per: task, max: 1}", null);
        assertThat(before.rule("readOrder", run)).isEqualTo("uncovered-tools");
        InForce after = policy("  - {id: rate, count: tool.calls, per: task, max: 2}", before.limits);
        assertThat(after.rule("readOrder", run)).isEqualTo("uncovered-tools");
        assertThat(after.rule("readOrder", run)).isEqualTo("rate");
    }

    @Test
    void bytesAreTakenFromTheTaskAndGivenBack() {
        InForce policy = policy("  - {id: bytes, sum: egress.bytesOut, per: task, max: 1000}", null);
        Run run = new Run("process-refund");
        Call call = connect(run);
        long taken = policy.limits.takeBytes(true, call, 900, 0);
        assertThat(taken).isEqualTo(1);
        assertThat(policy.limits.takeBytes(true, call, 200, 0)).isNegative();
        policy.limits.giveBackBytes(true, taken, call, 400, 0);
        assertThat(policy.limits.takeBytes(true, call, 200, 0)).isEqualTo(1);
        assertThat(policy.limits.takeBytes(true, connect(new Run("audit")), 1_000, 0))
                .isEqualTo(1);
        assertThat(policy.limits.takeBytes(true, connect(Circumstances.NONE), 9_000, 0))
                .isZero();
    }

    @Test
    void aLimitDuringATaskIsMeantForNothingElse() {
        InForce policy = policy("  - {id: rate, count: tool.calls, per: 1h, max: 1, during: [process-refund]}", null);
        assertThat(policy.rule("readOrder", new Run("process-refund"))).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", new Run("process-refund"))).isEqualTo("rate");
        assertThat(policy.rule("readOrder", new Run("audit"))).isEqualTo("uncovered-tools");
        assertThat(policy.rule("readOrder", Circumstances.NONE)).isEqualTo("uncovered-tools");
    }

    @Test
    void anApprovalThatNobodyCanGiveIsARefusalThatSaysSo() {
        InForce policy = policy(
                "  - {id: total, tool: [pay], sum: args.amount, per: 24h, max: 10, action: approve, approval: finance}",
                null);
        Run run = new Run("process-refund");
        run.arguments = Map.of("amount", 11L);
        Decision decision = policy.charge("pay", run);
        assertThat(decision.denied()).isTrue();
        assertThat(decision.would()).isEqualTo(Action.APPROVE);
        assertThat(policy.why("pay", run))
                .isEqualTo("0 are used of at most 10 args.amount within 1d, and this call would add 11; beyond that it"
                        + " needs approval 'finance', and nobody can be asked in this version");
        assertThat(decision.rule().why()).endsWith("nobody can be asked in this version");
    }

    @Test
    void aWatchingLimitThatWouldWantAnApprovalSaysThat() {
        InForce policy = policy(
                "  - {id: rate, count: tool.calls, per: 1h, max: 1, action: approve, approval: finance, mode: monitor}",
                null);
        policy.charge("pay", Circumstances.NONE);
        Decision decision = policy.charge("pay", Circumstances.NONE);
        assertThat(decision.denied()).isFalse();
        assertThat(decision.would()).isEqualTo(Action.APPROVE);
    }

    @Test
    void allOfTheRefundsPolicysLimitsHold() throws PolicyException {
        LoadedPolicy loaded = PolicyLoader.load(Path.of("src", "test", "resources", "refunds.yaml"), Overrides.NONE);
        Limits limits = new Limits(loaded.engine().limits(), null);
        Decision allowed = loaded.engine().builtIn(BuiltIn.UNCOVERED_TOOLS);
        Run run = new Run("process-refund");

        run.arguments = Map.of("customerId", "c7", "amountMinor", 150_000L);
        assertThat(limits.charge(tool("issueRefund", run), allowed, 0).denied()).isFalse();
        Decision beyond = limits.charge(tool("issueRefund", run), allowed, 0);
        assertThat(beyond.denied()).isTrue();
        assertThat(beyond.rule().id()).isEqualTo("refund-total");
        assertThat(beyond.would()).isEqualTo(Action.APPROVE);

        for (int i = 1; i < 30; i++) {
            assertThat(limits.charge(tool("readOrder", run), allowed, 0).denied())
                    .as("%s", i)
                    .isFalse();
        }
        assertThat(limits.charge(tool("readOrder", run), allowed, 0).rule().id())
                .isEqualTo("rate");

        assertThat(limits.takeBytes(true, connect(run), 10 << 20, 0)).isEqualTo(1);
        long complement = limits.takeBytes(true, connect(run), 1, 0);
        assertThat(limits.refusal(true, complement).rule().id()).isEqualTo("bytes");

        for (int i = 0; i < 20; i++) {
            limits.ended(connect(run), i % 2 == 1, 0, 0);
        }
        assertThat(limits.charge(connect(run), allowed, 0).rule().id()).isEqualTo("breaker");
    }

    /** One run of a task. */
    private static final class Run implements Circumstances {

        private final Task task;
        private final TaskUse use = new TaskUse();
        private Map<String, Object> arguments = Map.of();
        private boolean ended;

        private Run(String name) {
            this.task = new Task(name, "1", Map.of(), 0);
        }

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public @Nullable Task task() {
            return ended ? null : task;
        }

        @Override
        public @Nullable TaskUse taskUse() {
            return ended ? null : use;
        }

        @Override
        public Map<String, Object> arguments() {
            return arguments;
        }
    }

    /** Limits in force behind the rules of the same policy. */
    private record InForce(PolicyEngine engine, Limits limits) {

        Decision charge(String tool, Circumstances around) {
            Call call = tool(tool, around);
            return limits.charge(call, engine.decide(call), 0);
        }

        String rule(String tool, Circumstances around) {
            return charge(tool, around).rule().id();
        }

        @Nullable
        String why(String tool, Circumstances around) {
            return limits.why(engine.limits().get(0).rule(), tool(tool, around), 0);
        }
    }

    private static InForce policy(String limits, @Nullable Limits before) {
        PolicyEngine engine = Policies.engine(HEAD + limits + '\n');
        return new InForce(engine, new Limits(engine.limits(), before));
    }

    private static Call tool(String name, Circumstances around) {
        return new Call(Stage.TOOL, Via.TOOL, "refund", Policies.SHOP, null, null, -1, null, name, around);
    }

    private static Call connect(Circumstances around) {
        Call call = Policies.connect("api.psp.example", "203.0.113.7", 443);
        return new Call(
                call.stage(),
                call.via(),
                call.agent(),
                call.library(),
                call.host(),
                call.address(),
                call.port(),
                null,
                null,
                around);
    }
}
