package dev.sallyport.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decisions over two policies in one JVM, which take turns, so that whatever else the machine does disturbs them alike: their mean
 * times, the ratio of these, how single decisions spread, how many there are in a second on one core, and what they allocate.
 */
final class DecisionPairs {

    private static final int CALLS = 1 << 12;
    private static final int BATCH = 1 << 16;
    private static final int WARM_UP = 8;
    private static final int ROUNDS = 41;
    private static final int SINGLE = 1 << 20;

    private static final String[] KINDS = {
        "allowed by its name",
        "allowed by a wildcard",
        "denied by an address range",
        "denied since no rule allows it",
        "denied since the feed lists it",
        "asks for a name"
    };

    private final PolicyEngine ten;
    private final PolicyEngine full;
    private final Map<String, Call[][]> calls = new LinkedHashMap<>();
    /** Decisions have to end up somewhere, or they are not made. */
    private Decision last;

    DecisionPairs(PolicyEngine ten, PolicyEngine full) {
        this.ten = ten;
        this.full = full;
        Call[] ofTen = ScaledPolicy.TEN.calls(CALLS);
        Call[] ofFull = ScaledPolicy.FULL.calls(CALLS);
        this.last = ten.decide(ofTen[0]);
        for (int kind = 0; kind < KINDS.length; kind++) {
            calls.put(KINDS[kind], new Call[][] {{ofTen[kind]}, {ofFull[kind]}});
        }
        calls.put("one of " + CALLS + ", of all kinds", new Call[][] {ofTen, ofFull});
    }

    /** Measures and prints. */
    void run() {
        for (int i = 0; i < WARM_UP; i++) {
            for (Call[][] pair : calls.values()) {
                nanos(ten, pair[0]);
                nanos(full, pair[1]);
            }
        }
        Table table = new Table("one decision, mean ns", "10 rules", "10,000 rules", "ratio", "million a second", "B");
        for (Map.Entry<String, Call[][]> row : calls.entrySet()) {
            Samples small = new Samples();
            Samples large = new Samples();
            for (int i = 0; i < ROUNDS; i++) {
                small.add(nanos(ten, row.getValue()[0]));
                large.add(nanos(full, row.getValue()[1]));
            }
            table.row(
                    row.getKey(),
                    Samples.format(small.median(), 0),
                    Samples.format(large.median(), 0),
                    Samples.format(large.medianRatio(small), 2),
                    Samples.format(1e3 / large.median(), 2),
                    Samples.format(allocated(row.getValue()[1]), 3));
        }
        table.print();
        Table spread = new Table("single decisions, with the clock's own " + clock() + " ns", "p50", "p99", "p99.9");
        Call[][] mixed = calls.get("one of " + CALLS + ", of all kinds");
        if (mixed != null) {
            single(spread, "10 rules", ten, mixed[0]);
            single(spread, "10,000 rules", full, mixed[1]);
        }
        spread.print();
    }

    private double nanos(PolicyEngine engine, Call[] of) {
        Decision decision = last;
        long start = System.nanoTime();
        for (int i = 0; i < BATCH; i++) {
            decision = engine.decide(of[i & of.length - 1]);
        }
        long end = System.nanoTime();
        last = decision;
        return (end - start) / (double) BATCH;
    }

    private double allocated(Call[] of) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        nanos(full, of);
        return (threads.getThreadAllocatedBytes(thread) - before) / (double) BATCH;
    }

    private void single(Table table, String what, PolicyEngine engine, Call[] of) {
        int[] nanos = new int[SINGLE];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < SINGLE; i++) {
                // in another order than before, and one that a processor does not foresee
                Call call = of[(int) (i * 0x9e37_79b9_7f4a_7c15L >>> 40) & of.length - 1];
                long start = System.nanoTime();
                last = engine.decide(call);
                nanos[i] = (int) (System.nanoTime() - start);
            }
        }
        Arrays.sort(nanos);
        table.row(
                what,
                Integer.toString(nanos[SINGLE / 2]),
                Integer.toString(nanos[SINGLE / 100 * 99]),
                Integer.toString(nanos[SINGLE / 1_000 * 999]));
    }

    private static int clock() {
        int[] nanos = new int[BATCH];
        for (int i = 0; i < BATCH; i++) {
            long start = System.nanoTime();
            nanos[i] = (int) (System.nanoTime() - start);
        }
        Arrays.sort(nanos);
        return nanos[BATCH / 2];
    }
}
