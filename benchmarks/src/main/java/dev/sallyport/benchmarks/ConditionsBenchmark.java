package dev.sallyport.benchmarks;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.condition.Precedent;
import dev.sallyport.policy.condition.Terms;
import dev.sallyport.policy.match.Glob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a rule asks of one tool call, whose arguments have been read: everything that a CEL condition costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class ConditionsBenchmark {

    /** Conditions as people write them: membership, two comparisons, the same of an earlier call, texts, a loop and a pattern. */
    @Param({"route", "small", "after", "texts", "lines"})
    private String condition;

    private Terms terms;
    private Call call;

    private record Known(Task task, Map<String, Object> arguments, PastCalls past) implements Circumstances {

        @Override
        public @Nullable String subject() {
            return "ana@shop.example";
        }
    }

    /** Compiles the condition, and makes a call for which it holds. */
    @Setup
    public void compile() {
        List<Object> lines = new ArrayList<>();
        for (long i = 1; i <= 3; i++) {
            lines.add(Map.of("sku", "sku-" + i, "amountMinor", 1_000 * i));
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("agent", "fraud-check");
        arguments.put("orderId", "o-10017");
        arguments.put("customerId", "c-204");
        arguments.put("amountMinor", 4_200L);
        arguments.put("to", "ana@shop.example");
        arguments.put("lines", lines);
        PastCalls past = new PastCalls();
        past.add(new PastCall("scoreOrder", "fraud-check", System.nanoTime(), Map.of("orderId", "o-10017")));
        Task task = new Task("process-refund", "01J9", Map.of("orderId", "o-10017", "customerId", "c-204"), 0);
        call = new Call(
                Stage.TOOL,
                Via.TOOL,
                "refund",
                Library.NONE,
                null,
                null,
                -1,
                null,
                "issueRefund",
                new Known(task, arguments, past));
        terms = switch (condition) {
            case "route" -> when("args.agent in ['refund', 'fraud-check']");
            case "small" -> when("args.amountMinor <= 50000 && args.orderId == task.params.orderId");
            case "after" -> {
                Expression where = new Expression("past.args.orderId == args.orderId", true, null, null);
                require(where);
                yield new Terms(
                        null,
                        null,
                        List.of(new Precedent(List.of(Glob.ofName("scoreOrder")), Long.MAX_VALUE, null, where)));
            }
            case "texts" ->
                when("args.to.endsWith('@shop.example') && args.orderId.startsWith('o-') && size(args.lines) <= 20"
                        + " && (agent == 'refund' || subject == 'ops') && has(args.customerId)");
            default -> when("args.lines.all(l, l.amountMinor > 0) && args.to.matches('^[a-z.]+@shop[.]example$')");
        };
        if (!terms.hold(call, false)) {
            throw new IllegalStateException(String.valueOf(terms.fault(call, false)));
        }
    }

    private static Terms when(String text) {
        Expression expression = new Expression(text, false, null, null);
        require(expression);
        return new Terms(null, expression, List.of());
    }

    private static void require(Expression expression) {
        if (!expression.compile().isEmpty()) {
            throw new IllegalStateException(expression.text());
        }
    }

    /** One condition that holds. */
    @Benchmark
    public boolean holds() {
        return terms.hold(call, false);
    }
}
