package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.load.FeedLook;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSwapTest {

    private static final int DECISIONS = 1_000_000;
    private static final int THREADS = 3;

    @TempDir
    Path dir;

    @Test
    void noDecisionSeesHalfOfAPolicy() throws IOException, PolicyException, InterruptedException, ExecutionException {
        Path list = Files.writeString(dir.resolve("list.txt"), "a.example\n");
        // Whether it is listed or not, one of the first two decides; the third does if they see different lists.
        PolicyEngine listed = load("""
                groups: {list: {feed: {file: list.txt}}}
                egress:
                  - {id: listed, to: [list], action: deny}
                  - {id: unlisted, to: ["*"], action: deny, except: {to: [list]}}
                  - {id: half, to: ["*"], action: allow}
                """);
        Files.writeString(list, "other.example\n");
        FeedLook look = new FeedLook();
        look.look(listed, 0);
        PolicyEngine unlisted = look.look(listed, 0).in(listed);
        PolicyEngine other = load("""
                egress:
                  - {id: new-1, to: [b.example], action: allow}
                  - {id: new-2, to: ["*"], action: deny}
                """);
        Call call = Policies.connect("a.example", "192.0.2.1", 443);
        assertThat(unlisted.decide(call).rule().id()).isEqualTo("unlisted");

        AtomicReference<PolicyEngine> inForce = new AtomicReference<>(listed);
        AtomicInteger deciding = new AtomicInteger(THREADS);
        List<Future<String>> wrong = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (int t = 0; t < THREADS; t++) {
                Callable<String> task = () -> {
                    try {
                        return decide(inForce, call, other);
                    } finally {
                        deciding.decrementAndGet();
                    }
                };
                wrong.add(pool.submit(task));
            }
            for (int i = 0; deciding.get() > 0; i++) {
                inForce.set(i % 3 == 0 ? listed : i % 3 == 1 ? unlisted : other);
            }
            for (Future<String> each : wrong) {
                assertThat(each.get()).isEmpty();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static String decide(AtomicReference<PolicyEngine> inForce, Call call, PolicyEngine other) {
        for (int i = 0; i < DECISIONS; i++) {
            PolicyEngine engine = inForce.get();
            Decision decision = engine.decide(call);
            String rule = decision.rule().id();
            boolean right =
                    engine.equals(other) ? rule.equals("new-2") : rule.equals("listed") || rule.equals("unlisted");
            if (!right || !decision.denied()) {
                return rule;
            }
        }
        return "";
    }

    private PolicyEngine load(String sections) throws IOException, PolicyException {
        Path file = Files.writeString(
                dir.resolve("policy.yaml"),
                "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: test}\n" + sections);
        return PolicyLoader.load(file, Overrides.NONE).engine();
    }
}
