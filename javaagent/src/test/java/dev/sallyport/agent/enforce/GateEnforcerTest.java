package dev.sallyport.agent.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.TraceSource;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateEnforcerTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "DNS, name",
        "TCP, connect",
        "UDP, connect",
        "HTTP, http",
        "UNIX, unix",
        "PROCESS, process",
        "NATIVE, native",
        "LISTEN, listen",
        "ATTACH, attach"
    })
    void aGuardThatFailsIsRecordedAsTheStepThatItDecides(Via via, String stage) throws Exception {
        DecisionId.Source ids = new DecisionId.Source();
        Enforcement enforcement = new Enforcement(ids, new TraceSource(), new AgentLog(AgentLog.Level.OFF));
        LoadedPolicy policy = PolicyLoader.load(
                Files.writeString(
                        directory.resolve("policy.yaml"),
                        "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: test, version: 1}\n"),
                Overrides.NONE);
        GateEnforcer enforcer = new GateEnforcer();
        try (Journal journal = Journal.open(directory.resolve("audit"), Policy.OnFull.DENY, ids)) {
            Enforcement.Snapshot first = new Enforcement.Snapshot(policy.policy(), policy.engine());
            enforcement.open(first, journal, (agent, rule, decision) -> {}, null);
            enforcer.stand(new Guard[] {new Failing(via)});
            enforcer.arm(enforcement, () -> {});

            assertThatThrownBy(() -> enforcer.before(0, null, null, 0)).isInstanceOfSatisfying(Denied.class, denied -> {
                assertThat(denied.denial().rule()).isEqualTo("on-error");
                assertThat(denied.denial().stage()).isEqualTo(stage);
            });
        }
    }

    private record Failing(Via via) implements Guard {

        @Override
        public JoinPoint[] points() {
            return new JoinPoint[0];
        }

        @Override
        public Via[] vias() {
            return new Via[] {via};
        }

        @Override
        public void before(@Nullable Object a, @Nullable Object b, int n) {
            throw new IllegalStateException("a defect");
        }

        @Override
        public Throwable refusal(Denial denial) {
            return new EgressDeniedException(denial);
        }
    }
}
