package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.policy.Policies;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {

    @Test
    void aRuleBehindOneThatDecidesEverythingIsNeverReached() throws PolicyException {
        assertThat(
                        warnings(
                                "egress:\n  - {id: all, to: [\"*\"], action: deny}\n  - {id: psp, to: [a.example], action: allow}\n"))
                .singleElement()
                .asString()
                .contains(":6:5: warning: rule 'psp' is never reached: rule 'all' (")
                .contains("decides all that it could match");
    }

    @Test
    void aRuleForTheSamePlacesAndFewerAgentsIsNeverReached() throws PolicyException {
        assertThat(warnings("""
                agents: {a: , b: }
                egress:
                  - {id: x, agent: [a, b], to: [a.example, b.example], action: allow}
                  - {id: y, agent: a, to: [b.example], action: allow}
                """)).singleElement().asString().contains("rule 'y' is never reached");
    }

    @Test
    void aRuleThatCanBeReachedIsLeftAlone() throws PolicyException {
        assertThat(warnings("""
                agents: {a: , b: }
                egress:
                  - {id: some, library: ["com.shop:*"], to: ["*"], action: deny}
                  - {id: watched, to: ["*"], action: deny, mode: monitor}
                  - {id: posts, to: [a.example], http: [{method: POST}], action: deny}
                  - {id: one, agent: a, to: ["*"], action: deny}
                  - {id: shell, via: process, action: deny}
                  - {id: last, to: [a.example], action: allow}
                """)).isEmpty();
    }

    @Test
    void aNameInARuleForListeningIsNoted() throws PolicyException {
        assertThat(warnings("""
                egress:
                  - {id: port, via: [listen], to: [127.0.0.1, "*:8080", "0.0.0.0:9090"], action: allow}
                  - {id: name, via: [listen], to: ["shop.example:443"], action: allow}
                """))
                .singleElement()
                .asString()
                .contains(":6:35: warning: 'shop.example:443' names hosts")
                .contains("'127.0.0.1:8080'");
    }

    @Test
    void aGroupThatNoRuleNamesIsNoted() throws PolicyException {
        assertThat(warnings("groups: {psp: {fqdn: [a.example]}}\n"))
                .singleElement()
                .asString()
                .endsWith(":4:10: warning: no rule names the group 'psp'");
    }

    @Test
    void aRuleThatOpensEveryQuestionForANameIsNoted() throws PolicyException {
        assertThat(warnings("egress:\n  - {id: spokes, to: [10.20.0.0/16], action: allow}\n"))
                .singleElement()
                .asString()
                .contains("any name may be asked for; write 'via: [tcp, udp]'");
    }

    @Test
    void aBrokenPolicyCanAskForEverythingToBeDenied() {
        assertThat(refused("defaults: {onNoPolicy: deny}\negres: []\n").denyAll())
                .isTrue();
        assertThat(refused("defaults: {onNoPolicy: stop}\negres: []\n").denyAll())
                .isFalse();
        assertThat(refused("egress: [\n").denyAll()).isFalse();
    }

    @Test
    void anUnknownOwnAgentIsAnErrorWithoutAPlace() {
        PolicyException refused = catchThrowableOfType(
                PolicyException.class, () -> Policies.load("agents: {refund: }\n", new Overrides(null, "refnud")));
        assertThat(refused.toString())
                .endsWith(
                        ".yaml: the policy knows no agent 'refnud', which the option 'agent' names; did you mean 'refund'?");
    }

    private static PolicyException refused(String sections) {
        return catchThrowableOfType(PolicyException.class, () -> Policies.load(sections, Overrides.NONE));
    }

    private static List<Problem> warnings(String sections) throws PolicyException {
        return Policies.load(sections, Overrides.NONE).warnings();
    }
}
