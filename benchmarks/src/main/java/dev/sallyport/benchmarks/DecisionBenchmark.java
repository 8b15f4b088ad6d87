package dev.sallyport.benchmarks;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

/** One decision, over policies of several sizes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class DecisionBenchmark {

    private static final int CALLS = 1 << 12;

    /** How many rules; with 10,000 go 200,000 address ranges and a feed of 1,000,000 names. */
    @Param({"10", "10000"})
    private int rules;

    private PolicyEngine engine;
    private Call[] calls;
    private Call name;
    private Call wildcard;
    private Call address;
    private Call listed;
    private Call denied;
    private Call question;
    private int next;

    /** Writes a policy, loads it, and makes the calls. */
    @Setup
    public void load() throws IOException, PolicyException {
        ScaledPolicy size = rules == 10 ? ScaledPolicy.TEN : ScaledPolicy.FULL;
        Path dir = Files.createTempDirectory("decisions");
        Path policy = size.write(dir);
        engine = PolicyLoader.load(policy, Overrides.NONE).engine();
        Files.delete(policy);
        Files.delete(dir.resolve("threat.txt"));
        Files.delete(dir);
        calls = size.calls(CALLS);
        name = calls[0];
        wildcard = calls[1];
        address = calls[2];
        denied = calls[3];
        listed = calls[4];
        question = calls[5];
    }

    /** One of 4,096 different calls, so that little of what it takes is at hand from the last one. */
    @Benchmark
    public Decision anyCall() {
        next = next + 1 & CALLS - 1;
        return engine.decide(calls[next]);
    }

    /** Allowed by the name of its host. */
    @Benchmark
    public Decision connectToName() {
        return engine.decide(name);
    }

    /** Allowed by a wildcard. */
    @Benchmark
    public Decision connectToWildcard() {
        return engine.decide(wildcard);
    }

    /** Denied by an address range. */
    @Benchmark
    public Decision connectToAddress() {
        return engine.decide(address);
    }

    /** Denied because the feed lists its name. */
    @Benchmark
    public Decision connectToListedName() {
        return engine.decide(listed);
    }

    /** Denied because no rule allows it. */
    @Benchmark
    public Decision connectToNowhere() {
        return engine.decide(denied);
    }

    /** Allowed to ask. */
    @Benchmark
    public Decision askForName() {
        return engine.decide(question);
    }
}
