package dev.sallyport.cli;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.content.Finding;
import dev.sallyport.policy.content.Inspection;
import dev.sallyport.policy.content.RequestContent;
import dev.sallyport.policy.content.ToolContent;
import dev.sallyport.policy.limit.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy makes of an attempt.
 *
 * @param steps the steps up to the one that was refused, or to the last; at least one
 */
record Trial(List<Step> steps) {

    /**
     * One step.
     *
     * @param call what was asked
     * @param decision what the policy said
     * @param why why: a clause
     */
    record Step(Call call, Decision decision, String why) {}

    /**
     * Puts {@code attempt} to a policy.
     *
     * @param limits what is used of the policy's limits
     * @param around what surrounds the attempt
     */
    static Trial of(PolicyEngine engine, Limits limits, Attempt attempt, Circumstances around) {
        long now = around.nanoTime();
        List<Step> steps = new ArrayList<>(3);
        for (Call call : attempt.calls(around)) {
            Decision decision = decide(engine, call);
            Address answer = attempt.address();
            String host = call.host();
            if (call.stage() == Stage.NAME
                    && !decision.denied()
                    && host != null
                    && answer != null
                    && !engine.keepsPrivateAnswer(host, answer)) {
                decision = engine.builtIn(BuiltIn.REBINDING);
            }
            decision = call.stage() == Stage.DELEGATION ? decision : limits.charge(call, decision, now);
            List<Finding> findings = decision.denied() ? List.of() : findings(engine, call);
            decision = content(engine, call, decision, findings);
            Rule wouldRule = decision.wouldRule();
            Rule told = wouldRule != null && decision.would() != decision.action() ? wouldRule : decision.rule();
            String used = limits.why(told, call, now);
            String why = used == null ? engine.why(told, call) : used;
            steps.add(new Step(call, decision, engine.isOfContent(told) ? Finding.words(findings) : why));
            if (decision.denied()) {
                break;
            }
        }
        return new Trial(steps);
    }

    /** Returns what the policy's rules for content find in what is said of a call. */
    private static List<Finding> findings(PolicyEngine engine, Call call) {
        ContentRules content = engine.content();
        Inspection inspection = content == null || call.stage() == Stage.DELEGATION ? null : content.of(call);
        Map<String, Object> arguments = call.circumstances().arguments();
        HttpRequest request = call.http();
        if (inspection != null && call.stage() == Stage.TOOL && arguments != null) {
            return ToolContent.findings(inspection.detectors(), arguments);
        }
        return inspection == null || request == null
                ? List.of()
                : RequestContent.findings(inspection.detectors(), request);
    }

    /** Returns what rules for content make of a call in which something was found. */
    static Decision content(PolicyEngine engine, Call call, Decision decision, List<Finding> findings) {
        ContentRules content = engine.content();
        Inspection inspection = content == null || findings.isEmpty() || decision.denied() ? null : content.of(call);
        return inspection == null ? decision : inspection.decide(decision, findings);
    }

    /** Decides one call; the entering of an agent is decided apart from rules. */
    static Decision decide(PolicyEngine engine, Call call) {
        String target = call.target();
        return call.stage() == Stage.DELEGATION && target != null
                ? engine.enterAgent(call.agent(), target, null)
                : engine.decide(call);
    }

    /** Returns the step that decided. */
    Step last() {
        return steps.get(steps.size() - 1);
    }

    /** Returns what enforcement would do at the first step at which it is not the same as what happens; null if it is. */
    @Nullable
    Step wouldBeDenied() {
        for (Step step : steps) {
            Decision decision = step.decision();
            if (!decision.denied() && decision.would() != null && decision.would() != decision.action()) {
                return step;
            }
        }
        return null;
    }
}
