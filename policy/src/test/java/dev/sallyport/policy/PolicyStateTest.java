package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.StateFile;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an operator says over a policy: who is stopped, and which rules have another mode. */
class PolicyStateTest {

    private static final long TODAY = LocalDate.of(2026, 11, 20).toEpochDay();

    private static final String POLICY = """
            agents:
              refund: {expires: 2026-11-20}
              old: {expires: 2026-11-19}
              resting: {suspended: true}
            egress:
              - {id: watched, to: [evil.example], action: deny, mode: monitor}
              - {id: strict, to: [bad.example], action: deny, mode: enforce}
              - {id: plain, to: [poor.example], action: deny}
              - {id: all, to: ["*"], action: allow, mode: enforce}
            """;

    @Test
    void whoeverIsKilledIsDeniedEverythingAndTheRuleSaysWhy() throws PolicyException {
        PolicyEngine engine = engine("kill refund 2026-11-20T18:00:00Z ana: loops", Overrides.NONE);

        Decision decision = engine.decide(connect("refund", "fine.example"));

        assertThat(decision.denied()).isTrue();
        assertThat(decision.rule().id()).isEqualTo("kill-switch");
        assertThat(decision.rule().why())
                .isEqualTo("agent refund was killed: 2026-11-20T18:00:00Z ana: loops (p.state:1)");
        assertThat(engine.decide(connect("other", "fine.example")).denied()).isFalse();
        assertThat(engine.decide(Call.tool("refund", Policies.SHOP, "anything")).denied())
                .isTrue();
        assertThat(engine.enterAgent(null, "refund", null).denied()).isTrue();
        assertThat(engine.enterAgent("refund", "resting", null).rule().id()).isEqualTo("kill-switch");
    }

    @Test
    void killingAllDeniesEverybodyButTheProductsOwnTraffic() throws PolicyException {
        PolicyEngine engine = engine("kill all", Overrides.NONE);

        assertThat(engine.decide(connect("unattributed", "fine.example")).denied())
                .isTrue();
        assertThat(engine.barred("anybody")).isNotNull();
        PolicyEngine exporting = engine.with(new Environment("here", "otlp.example", 4318));
        assertThat(exporting
                        .decide(new Call(
                                Stage.NAME,
                                Via.DNS,
                                PolicyEngine.OWN_AGENT,
                                Policies.SHOP,
                                "otlp.example",
                                null,
                                -1,
                                null,
                                null))
                        .denied())
                .isFalse();
    }

    @Test
    void aKillIsEnforcedWhereThePolicyOnlyMonitors() throws PolicyException {
        Overrides monitor = new Overrides(Mode.MONITOR, null);

        assertThat(engine("kill refund", monitor)
                        .decide(connect("refund", "fine.example"))
                        .denied())
                .isTrue();
    }

    @Test
    void whoIsReleasedIsDecidedByTheRulesAgain() throws PolicyException {
        assertThat(engine("kill refund\nrelease refund bob: mended", Overrides.NONE)
                        .decide(connect("refund", "fine.example"))
                        .denied())
                .isFalse();
    }

    @Test
    void anAgentIsGoodOnItsLastDayAndNotAfter() throws PolicyException {
        PolicyEngine engine = engine("", Overrides.NONE);

        assertThat(engine.decide(connect("refund", "fine.example")).denied()).isFalse();
        assertThat(engine.decide(connect("old", "fine.example")).rule().id()).isEqualTo("expired-agent");
        assertThat(engine.decide(connect("old", "fine.example")).rule().why())
                .isEqualTo("agent old was good until 2026-11-19");
        assertThat(engine.decide(connect("resting", "fine.example")).rule().id())
                .isEqualTo("suspended-agent");
    }

    @Test
    void anExpiredAgentOfAMonitoredPolicyGainsNothing() throws PolicyException {
        PolicyEngine engine = Policies.load("defaults: {mode: monitor}\n" + POLICY, Overrides.NONE)
                .with(PolicyState.NONE, Overrides.NONE, TODAY)
                .engine();

        Decision strict = engine.decide(connect("old", "bad.example"));
        Decision fine = engine.decide(connect("old", "fine.example"));

        assertThat(strict.denied()).isTrue();
        assertThat(fine.denied()).isFalse();
        assertThat(fine.would()).isEqualTo(Action.DENY);
        assertThat(fine.rule().id()).isEqualTo("expired-agent");
    }

    @Test
    void aRulesModeIsWhatTheStateSays() throws PolicyException {
        assertThat(decides("", "evil.example")).isEqualTo("all");
        assertThat(decides("mode watched enforce", "evil.example")).isEqualTo("watched");
        assertThat(decides("mode strict monitor", "bad.example")).isEqualTo("all");
        assertThat(decides("mode default monitor", "bad.example")).isEqualTo("strict");
        assertThat(decides("mode default monitor", "poor.example")).isEqualTo("all");
        assertThat(decides("mode default monitor\nmode plain enforce", "poor.example"))
                .isEqualTo("plain");
    }

    @Test
    void theProcessesOwnModeGoesOverTheStates() throws PolicyException {
        Overrides monitor = new Overrides(Mode.MONITOR, null);
        Overrides enforce = new Overrides(Mode.ENFORCE, null);

        assertThat(engine("mode watched enforce", monitor)
                        .decide(connect("refund", "evil.example"))
                        .denied())
                .isFalse();
        assertThat(engine("mode default monitor", enforce)
                        .decide(connect("refund", "poor.example"))
                        .denied())
                .isTrue();
        assertThat(engine("mode watched enforce", enforce)
                        .decide(connect("refund", "evil.example"))
                        .denied())
                .isTrue();
    }

    @Test
    void whatIsWrongIsToldWithItsPlaceAndTheRestCounts() throws PolicyException {
        LoadedPolicy policy = Policies.load(POLICY, Overrides.NONE);

        StateFile.Read read = StateFile.parse("p.state", """
                # who and why
                kil refund
                mode strict enforced
                mode wached enforce
                mode org:deny monitor
                kill refnd
                release
                kill
                mode plain monitor
                """, policy, false);

        assertThat(read.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "p.state:2:1: 'kil' is not known here; did you mean 'kill'?",
                        "p.state:3:1: a mode is not clear; write 'mode RULE enforce', 'mode RULE monitor' or"
                                + " 'mode default ...'",
                        "p.state:4:1: the policy has no rule 'wached'; did you mean 'watched'?",
                        "p.state:5:1: rule 'org:deny' is not the policy's own; its mode is changed in its own file",
                        "p.state:6:1: the policy has no agent 'refnd'; did you mean 'refund'?",
                        "p.state:7:1: nobody is named whom to release; write 'release all' or 'release AGENT'",
                        "p.state:8:1: nobody is named whom to stop, so everything is; write 'kill all' or 'kill AGENT'");
        assertThat(read.state().kills()).containsOnlyKeys("refnd", "all");
        assertThat(read.state().modes()).containsEntry("plain", Mode.MONITOR).doesNotContainKey("org:deny");
    }

    @Test
    void aSignedPolicyIsTightenedAndNotLoosened() {
        StateFile.Read read = StateFile.parse("p.state", "mode a monitor\nmode b enforce\nkill refund\n", null, true);

        assertThat(read.problems())
                .extracting(Problem::toString)
                .containsExactly("p.state:1:1: a signed policy is not loosened here; sign one in which the rule says"
                        + " 'mode: monitor'");
        assertThat(read.state().modes()).containsOnlyKeys("b");
        assertThat(read.state().kills()).containsOnlyKeys("refund");
    }

    @Test
    void aLineTakesThePlaceOfThoseAboutTheSameAndLeavesTheOthers() {
        String text = "# kept\nkill refund x\nmode a monitor\nkill all y\n";

        assertThat(StateFile.with(text, "release refund z"))
                .isEqualTo("# kept\nmode a monitor\nkill all y\nrelease refund z\n");
        assertThat(StateFile.with(text, "mode a enforce"))
                .isEqualTo("# kept\nkill refund x\nkill all y\nmode a enforce\n");
        assertThat(StateFile.with("kill", "release all")).isEqualTo("release all\n");
    }

    @Test
    void daysAreThoseOfTheCalendar() {
        for (LocalDate day = LocalDate.of(1970, 1, 1); day.getYear() < 2201; day = day.plusDays(1)) {
            assertThat(Days.text(day.toEpochDay())).isEqualTo(day.toString());
            assertThat(Days.parse(day.toString())).isEqualTo(day.toEpochDay());
        }
        for (String none :
                List.of("2026-02-30", "2027-13-01", "2026-1-1", "soon", "1969-12-31", "2026-00-10", "-026-01-01")) {
            assertThat(Days.parse(none)).as(none).isEqualTo(Days.NEVER);
        }
    }

    private static @Nullable String decides(String state, String host) throws PolicyException {
        return engine(state, Overrides.NONE)
                .decide(connect("refund", host))
                .rule()
                .id();
    }

    private static PolicyEngine engine(String state, Overrides overrides) throws PolicyException {
        LoadedPolicy policy = Policies.load(POLICY, overrides);
        return policy.with(StateFile.parse("p.state", state, policy, false).state(), overrides, TODAY)
                .engine();
    }

    private static Call connect(String agent, String host) {
        return new Call(
                Stage.CONNECT, Via.TCP, agent, Policies.SHOP, host, Policies.address("203.0.113.7"), 443, null, null);
    }
}
