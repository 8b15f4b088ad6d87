package dev.sallyport.benchmarks;

import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.limit.Limits;
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

/** One decision of an allowed connect that ten limits concern. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class LimitsBenchmark {

    private static final Library SHOP = new Library("com.shop", "refund-desk", "1.0", "com.shop");

    /** One budget for all, a budget for each host, or a breaker. */
    @Param({"budget", "keyed", "breaker"})
    private String kind;

    private PolicyEngine engine;
    private Limits limits;
    private Call call;

    /** Loads a policy of one rule and ten limits that are never reached. */
    @Setup
    public void load() throws IOException, PolicyException {
        StringBuilder policy = new StringBuilder("apiVersion: sallyport.dev/v1\nkind: Policy\n");
        policy.append("metadata: {name: benchmark}\nagents: {refund: }\n");
        policy.append("egress: [{id: all, to: [api.psp.example], action: allow}]\nlimits:\n");
        for (int i = 0; i < 10; i++) {
            policy.append("  - {id: limit").append(i).append(", agent: [refund], ");
            policy.append(
                    switch (kind) {
                        case "budget" -> "count: egress.connects, per: 1m, max: 1000000000}\n";
                        case "keyed" -> "count: egress.connects, key: host, per: 1m, max: 1000000000}\n";
                        default -> "failureRate: 0.5}\n";
                    });
        }
        Path file = Files.createTempFile("benchmark", ".yaml");
        engine = PolicyLoader.load(Files.writeString(file, policy), Overrides.NONE)
                .engine();
        Files.delete(file);
        limits = new Limits(engine.limits(), null);
        call = new Call(
                Stage.CONNECT,
                Via.TCP,
                "refund",
                SHOP,
                "api.psp.example",
                Addresses.parse("203.0.113.7"),
                443,
                null,
                null);
        limits.ended(call, false, 0, System.nanoTime());
    }

    /** Allowed, and within all limits. */
    @Benchmark
    public Decision connectWithinTenLimits() {
        return limits.charge(call, engine.decide(call), System.nanoTime());
    }
}
