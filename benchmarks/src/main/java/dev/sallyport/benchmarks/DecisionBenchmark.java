package dev.sallyport.benchmarks;

import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
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

/** One decision, over policies of several sizes: names, wildcards and address ranges, a third each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class DecisionBenchmark {

    private static final Library SHOP = new Library("com.shop", "refund-desk", "1.0", "com.shop");

    @Param({"10", "1000", "10000"})
    private int rules;

    private PolicyEngine engine;
    private Call name;
    private Call wildcard;
    private Call address;
    private Call denied;
    private Call question;

    /** Writes a policy, loads it, and makes the calls: each to a destination of the last rules. */
    @Setup
    public void load() throws IOException, PolicyException {
        StringBuilder policy = new StringBuilder("apiVersion: sallyport.dev/v1\nkind: Policy\n");
        policy.append("metadata: {name: benchmark}\nagents: {refund: , fraud-check: }\negress:\n");
        policy.append(
                "  - {id: beacons, library: {not: [\"com.shop:*\", \"com.azure:*\"]}, to: [\"*\"], action: deny}\n");
        for (int i = 0; i < rules; i++) {
            policy.append("  - {id: r").append(i).append(", via: [dns, tcp], agent: ");
            policy.append(i % 2 == 0 ? "[refund]" : "[fraud-check, refund]").append(", to: [");
            switch (i % 3) {
                case 0 -> policy.append("host").append(i).append(".example.com");
                case 1 -> policy.append("\"*.zone").append(i).append(".example.com\"");
                default ->
                    policy.append("100.")
                            .append(i >> 8)
                            .append('.')
                            .append(i & 255)
                            .append(".0/24");
            }
            policy.append("], action: ").append(i % 3 == 2 ? "deny" : "allow").append("}\n");
        }
        Path file = Files.createTempFile("benchmark", ".yaml");
        engine = PolicyLoader.load(Files.writeString(file, policy), Overrides.NONE)
                .engine();
        Files.delete(file);
        int last = rules - rules % 3;
        int network = last - 1;
        name = connect("host" + (last - 3) + ".example.com", "203.0.113.7");
        wildcard = connect("a.zone" + (last - 2) + ".example.com", "203.0.113.7");
        address = connect(null, "100." + (network >> 8) + "." + (network & 255) + ".9");
        denied = connect("collect.acme.example", "203.0.113.7");
        question = Call.name("refund", SHOP, "host" + (last - 3) + ".example.com");
    }

    private static Call connect(@org.jspecify.annotations.Nullable String host, String address) {
        return new Call(Stage.CONNECT, Via.TCP, "refund", SHOP, host, Addresses.parse(address), 443, null, null);
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
