package dev.sallyport.benchmarks;

import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyBundle;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * One decision over 10 rules and over 10,000 with 200,000 address ranges and 1,000,000 listed names, side by side; and how long the
 * latter take to load, and what they keep of the heap.
 */
public final class DecisionComparison {

    private static final String ANY = "anyCall";

    private DecisionComparison() {}

    /**
     * Runs with {@code write DIR} once, with {@code load DIR FILE} in a JVM of its own for each load, with {@code decide DIR}, or with
     * {@code jmh} and options of JMH.
     */
    public static void main(String[] args)
            throws IOException, PolicyException, RunnerException, CommandLineOptionException {
        Path dir = Path.of(args.length > 1 ? args[1] : "");
        switch (args[0]) {
            case "write" -> write(dir);
            case "load" -> load(dir.resolve(args[2]));
            case "decide" -> new DecisionPairs(engine(dir.resolve("ten")), engine(dir.resolve("full"))).run();
            default -> compare(new CommandLineOptions(Arrays.copyOfRange(args, 1, args.length)));
        }
    }

    /** Writes the policies, one with nothing but the feed, and one with all but the feed, and its bundle. */
    private static void write(Path dir) throws IOException, PolicyException {
        ScaledPolicy full = ScaledPolicy.FULL;
        full.write(Files.createDirectories(dir.resolve("full")));
        ScaledPolicy.TEN.write(Files.createDirectories(dir.resolve("ten")));
        new ScaledPolicy(3, 3, full.names()).write(Files.createDirectories(dir.resolve("feed")));
        Path rules =
                new ScaledPolicy(full.rules(), full.prefixes(), 3).write(Files.createDirectories(dir.resolve("rules")));
        Files.write(rules.resolveSibling("policy.sallyport"), PolicyBundle.of(rules));
    }

    private static PolicyEngine engine(Path dir) throws PolicyException {
        return PolicyLoader.load(dir.resolve("policy.yaml"), Overrides.NONE).engine();
    }

    private static void load(Path file) throws PolicyException {
        long before = used();
        long start = System.nanoTime();
        PolicyEngine engine = PolicyLoader.load(file, Overrides.NONE).engine();
        double millis = (System.nanoTime() - start) / 1e6;
        double mebibytes = (used() - before) / (double) (1 << 20);
        // asked last, so that the engine is still there when the heap is looked at
        System.out.println(
                "| " + file.getFileName() + " of " + engine.egressRules().size() + " rules, a feed of "
                        + engine.feeds().get(0).content().entries() + " | " + Samples.format(millis, 0) + " | "
                        + Samples.format(mebibytes, 1) + " |");
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void compare(CommandLineOptions given) throws RunnerException {
        Collection<RunResult> averages = new Runner(new OptionsBuilder()
                        .parent(given)
                        .include(DecisionBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        Map<String, RunResult> ten = of(averages, "10");
        Map<String, RunResult> full = of(averages, "10000");
        Table table =
                new Table("one decision, ns", "10 rules", "10,000 rules", "ratio", "B, 10 rules", "B, 10,000 rules");
        for (Map.Entry<String, RunResult> row : ten.entrySet()) {
            RunResult large = full.get(row.getKey());
            if (large != null) {
                double small = row.getValue().getPrimaryResult().getScore();
                double score = large.getPrimaryResult().getScore();
                table.row(
                        row.getKey(),
                        Samples.format(small, 0),
                        Samples.format(score, 0),
                        Samples.format(score / small, 2),
                        allocated(row.getValue()),
                        allocated(large));
            }
        }
        table.print();
        Collection<RunResult> samples = new Runner(new OptionsBuilder()
                        .parent(given)
                        .include(DecisionBenchmark.class.getName() + "." + ANY)
                        .mode(Mode.SampleTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        Table spread = new Table("any call", "p50, ns", "p99, ns", "p99.9, ns", "million a second");
        for (String rules : new String[] {"10", "10000"}) {
            RunResult average = of(averages, rules).get(ANY);
            RunResult sampled = of(samples, rules).get(ANY);
            if (average != null && sampled != null) {
                Statistics statistics = sampled.getPrimaryResult().getStatistics();
                spread.row(
                        rules + " rules",
                        Samples.format(statistics.getPercentile(50), 0),
                        Samples.format(statistics.getPercentile(99), 0),
                        Samples.format(statistics.getPercentile(99.9), 0),
                        Samples.format(1e3 / average.getPrimaryResult().getScore(), 2));
            }
        }
        spread.print();
    }

    private static Map<String, RunResult> of(Collection<RunResult> results, String rules) {
        Map<String, RunResult> of = new TreeMap<>();
        for (RunResult result : results) {
            if (result.getParams().getParam("rules").equals(rules)) {
                String name = result.getParams().getBenchmark();
                of.put(name.substring(name.lastIndexOf('.') + 1), result);
            }
        }
        return of;
    }

    private static String allocated(RunResult result) {
        for (String label : result.getSecondaryResults().keySet()) {
            if (label.endsWith("gc.alloc.rate.norm")) {
                return Samples.format(result.getSecondaryResults().get(label).getScore(), 3);
            }
        }
        return "-";
    }
}
