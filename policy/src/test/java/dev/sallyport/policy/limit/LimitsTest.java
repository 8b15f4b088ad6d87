package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Policies;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.Via;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final String ALLOW_ALL = "egress: [{id: all, to: ['*'], action: allow}]\n";

    @Test
    void theFourthToolCallOfAMinuteIsRefusedAndOneOfTheNextIsNot() {
        Policy policy = policy("limits: [{id: rate, count: tool.calls, per: 1m, max: 3, action: deny}]");
        for (int i = 0; i < 3; i++) {
            assertThat(policy.rule(tool("readOrder"), i)).isEqualTo("uncovered-tools");
        }
        assertThat(policy.rule(tool("readOrder"), 30 * SECOND)).isEqualTo("rate");
        assertThat(policy.rule(tool("readOrder"), 90 * SECOND)).isEqualTo("uncovered-tools");
    }

    @Test
    void aLimitCountsWhatItIsMeantForAlone() {
        Policy policy = policy("limits: [{id: psp, to: [api.psp.example], count: egress.connects, per: 1m, max: 1}]");
        assertThat(policy.rule(connect("api.psp.example"), 0)).isEqualTo("all");
        assertThat(policy.rule(connect("orders.example"), 0)).isEqualTo("all");
        assertThat(policy.rule(tool("readOrder"), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(connect("api.psp.example"), 0)).isEqualTo("psp");
    }

    @Test
    void aCallThatAnotherLimitRefusesUsesNothingUp() {
        Policy policy = policy("""
                limits:
                  - {id: wide, count: tool.calls, per: 1m, max: 2}
                  - {id: narrow, tool: [issueRefund], count: tool.calls, per: 1m, max: 1}""");
        policy.rule(tool("issueRefund"), 0);
        assertThat(policy.rule(tool("issueRefund"), 0)).isEqualTo("narrow");
        assertThat(policy.rule(tool("issueRefund"), 0)).isEqualTo("narrow");
        assertThat(policy.rule(tool("readOrder"), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(tool("readOrder"), 0)).isEqualTo("wide");
    }

    @Test
    void eachKeyHasABudgetOfItsOwn() {
        Policy policy = policy("limits: [{id: total, tool: [issueRefund], sum: args.amountMinor, key: args.customerId,"
                + " per: 24h, max: 200000}]");
        assertThat(policy.rule(refund("C-1", 150_000L), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(refund("C-2", 150_000L), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(refund("C-1", 60_000L), 0)).isEqualTo("total");
        assertThat(policy.rule(refund("C-1", 50_000L), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.why(refund("C-1", 0.5)))
                .isEqualTo("200000 are used of at most 200000 args.amountMinor within 1d for one args.customerId,"
                        + " and this call would add 0.5");
    }

    @Test
    void whatCannotBeAddedUpIsRefused() {
        Policy policy =
                policy("limits: [{id: total, tool: [issueRefund], sum: args.amountMinor, per: 24h, max: 200000}]");
        Object[] amounts = {-1L, "50", Double.NaN, Double.POSITIVE_INFINITY, Long.MAX_VALUE, 1e300, true, Map.of(), null
        };
        for (Object amount : amounts) {
            assertThat(policy.rule(refund("C-1", amount), 0)).as("%s", amount).isEqualTo("total");
        }
        assertThat(policy.rule(tool("issueRefund"), 0)).isEqualTo("total");
        assertThat(policy.rule(refund("C-1", 200_000L), 0)).isEqualTo("uncovered-tools");
    }

    @Test
    void fractionsAddUpAndAreNeverLost() {
        Policy policy = policy("limits: [{id: total, tool: [pay], sum: args.amount, per: 24h, max: 0.3}]");
        assertThat(policy.rule(pay(0.1), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(pay(0.1), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(pay(1e-300), 0)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(pay(0.1), 0)).isEqualTo("total");
        assertThat(policy.rule(pay(0.099), 0)).isEqualTo("uncovered-tools");
    }

    @Test
    void aKeyThatIsMissingOrNoSingleValueIsRefused() {
        Policy policy = policy(
                "limits: [{id: each, tool: [issueRefund], count: tool.calls, key: args.customerId, per: 1m, max: 9}]");
        assertThat(policy.rule(tool("issueRefund"), 0)).isEqualTo("each");
        assertThat(policy.rule(refund(Map.of("id", "C-1"), 1L), 0)).isEqualTo("each");
        assertThat(policy.rule(refund(17L, 1L), 0)).isEqualTo("uncovered-tools");
    }

    @Test
    void aFloodOfKeysIsRefusedAndForgottenAfterTheTime() {
        Policy policy = policy(
                "limits: [{id: each, tool: [issueRefund], count: tool.calls, key: args.customerId, per: 1m, max: 1}]");
        for (int i = 0; i < Windows.MOST_KEYS; i++) {
            assertThat(policy.rule(refund("C-" + i, 1L), 0)).isEqualTo("uncovered-tools");
        }
        assertThat(policy.rule(refund("one more", 1L), 0)).isEqualTo("each");
        assertThat(policy.why(refund("one more", 1L))).startsWith("more than 16384 values are in use");
        assertThat(policy.rule(refund("C-0", 1L), 0)).isEqualTo("each");
        assertThat(policy.rule(refund("one more", 1L), 90 * SECOND)).isEqualTo("uncovered-tools");
        assertThat(policy.rule(refund("C-0", 1L), 90 * SECOND)).isEqualTo("uncovered-tools");
    }

    @Test
    void inMonitorModeTheCallGoesOnAndWhatWouldBeIsTold() {
        Policy policy = policy("limits: [{id: rate, count: tool.calls, per: 1m, max: 1, mode: monitor}]");
        assertThat(policy.charge(tool("a"), 0).would()).isNull();
        Decision second = policy.charge(tool("a"), 0);
        assertThat(second.denied()).isFalse();
        assertThat(second.rule().id()).isEqualTo("uncovered-tools");
        assertThat(Objects.requireNonNull(second.wouldRule()).id()).isEqualTo("rate");
    }

    @Test
    void aChangeOfThePolicyDoesNotRenewABudget() {
        Policy policy = policy("limits: [{id: rate, count: tool.calls, per: 1h, max: 2}]");
        policy.rule(tool("a"), 0);
        policy.rule(tool("a"), 0);
        Policy raised = policy("limits: [{id: rate, count: tool.calls, per: 1h, max: 3}]", policy.limits);
        assertThat(raised.rule(tool("a"), 0)).isEqualTo("uncovered-tools");
        assertThat(raised.rule(tool("a"), 0)).isEqualTo("rate");
        Policy other = policy("limits: [{id: rate, count: tool.calls, per: 2h, max: 3}]", raised.limits);
        assertThat(other.rule(tool("a"), 0)).isEqualTo("uncovered-tools");
    }

    @Test
    void bytesAreTakenWholeOrNotAtAllAndGivenBackWhereTheyWereNotWritten() {
        Policy policy = policy("limits: [{id: bytes, sum: egress.bytesOut, per: 1m, max: 1KiB}]");
        Call call = connect("api.psp.example");
        long taken = policy.limits.takeBytes(true, call, 1_000, 0);
        assertThat(policy.limits.takeBytes(true, call, 25, 0)).isNegative();
        assertThat(policy.limits.takeBytes(false, call, 5_000, 0)).isZero();
        policy.limits.giveBackBytes(true, taken, call, 600, 0);
        assertThat(policy.limits.takeBytes(true, call, 624, 0)).isPositive();
        long refused = policy.limits.takeBytes(true, call, 1, 0);
        assertThat(policy.limits.refusal(true, refused).rule().id()).isEqualTo("bytes");
    }

    @Test
    void aBreakerOpensAfterTooManyFailuresTriesOneCallAndCloses() {
        Policy policy = policy("limits: [{id: breaker, failureRate: 0.5, minCalls: 4, window: 30s, open: 60s}]");
        Call call = connect("api.psp.example");
        for (int i = 0; i < 4; i++) {
            assertThat(policy.rule(call, i)).isEqualTo("all");
            policy.limits.ended(call, i % 2 == 1, i, i);
        }
        assertThat(policy.rule(call, 5)).isEqualTo("breaker");
        assertThat(policy.rule(connect("orders.example"), 5)).isEqualTo("all");
        assertThat(policy.rule(call, 59 * SECOND)).isEqualTo("breaker");
        long trial = 61 * SECOND;
        assertThat(policy.rule(call, trial)).isEqualTo("all");
        assertThat(policy.rule(call, trial + 1)).isEqualTo("breaker");
        policy.limits.ended(call, false, 3, trial + 2);
        assertThat(policy.rule(call, trial + 3)).isEqualTo("breaker");
        policy.limits.ended(call, true, trial, trial + 4);
        assertThat(policy.rule(call, trial + 5)).isEqualTo("breaker");
        long next = trial + 61 * SECOND;
        assertThat(policy.rule(call, next)).isEqualTo("all");
        policy.limits.ended(call, false, next, next + 1);
        assertThat(policy.rule(call, next + 2)).isEqualTo("all");
        assertThat(policy.rule(call, next + 3)).isEqualTo("all");
    }

    @Test
    void aRequestIsTriedOnANewConnectionToo() {
        Policy policy = policy("limits: [{id: breaker, failureRate: 1, minCalls: 1, window: 30s, open: 60s}]");
        Call request = Policies.request("api.psp.example", "GET", "/orders");
        Call connect = Policies.connect("api.psp.example", "203.0.113.7", 443, request.http());
        policy.limits.ended(request, true, 0, 0);
        assertThat(policy.rule(connect, 1)).isEqualTo("breaker");
        long trial = 61 * SECOND;
        assertThat(policy.rule(connect, trial)).isEqualTo("all");
        policy.limits.ended(connect, false, trial, trial);
        assertThat(policy.rule(request, trial)).isEqualTo("all");
        assertThat(policy.rule(request, trial)).isEqualTo("breaker");
        policy.limits.ended(request, false, trial, trial);
        assertThat(policy.rule(request, trial)).isEqualTo("all");

        policy.limits.ended(request, true, 0, trial);
        long next = trial + 61 * SECOND;
        assertThat(policy.rule(connect, next)).isEqualTo("all");
        policy.limits.ended(connect, true, next, next);
        assertThat(policy.rule(connect, next + 1)).isEqualTo("breaker");
    }

    @Test
    void aTrialWhoseEndNobodyHearsDoesNotKeepTheBreakerOpenForEver() {
        Policy policy = policy("limits: [{id: breaker, failureRate: 1, minCalls: 1, window: 30s, open: 60s}]");
        Call call = connect("api.psp.example");
        policy.limits.ended(call, true, 0, 0);
        assertThat(policy.rule(call, 61 * SECOND)).isEqualTo("all");
        assertThat(policy.rule(call, 100 * SECOND)).isEqualTo("breaker");
        assertThat(policy.rule(call, 122 * SECOND)).isEqualTo("all");
    }

    /** Limits in force behind the rules of the same policy. */
    private record Policy(PolicyEngine engine, Limits limits) {

        Decision charge(Call call, long now) {
            return limits.charge(call, engine.decide(call), now);
        }

        String rule(Call call, long now) {
            return charge(call, now).rule().id();
        }

        @Nullable
        String why(Call call) {
            return limits.why(engine.limits().get(0).rule(), call, 0);
        }
    }

    private static Policy policy(String limits) {
        return policy(limits, null);
    }

    private static Policy policy(String limits, @Nullable Limits before) {
        PolicyEngine engine = Policies.engine(ALLOW_ALL + limits + '\n');
        return new Policy(engine, new Limits(engine.limits(), before));
    }

    private static Call connect(String host) {
        return Policies.connect(host, "203.0.113.7", 443);
    }

    private static Call tool(String name) {
        return Call.tool("refund", Policies.SHOP, name);
    }

    private static Call pay(double amount) {
        return with("pay", Map.of("amount", amount));
    }

    private static Call refund(Object customer, @Nullable Object amount) {
        Map<String, @Nullable Object> arguments = new HashMap<>();
        arguments.put("customerId", customer);
        arguments.put("amountMinor", amount);
        return with("issueRefund", arguments);
    }

    private static Call with(String tool, Map<String, @Nullable Object> arguments) {
        return new Call(
                Stage.TOOL, Via.TOOL, "refund", Policies.SHOP, null, null, -1, null, tool, new Around(arguments));
    }

    private record Around(Map<String, @Nullable Object> arguments) implements Circumstances {

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public @Nullable Task task() {
            return null;
        }
    }
}
