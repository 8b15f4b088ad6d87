package dev.sallyport.cli;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.limit.Limits;
import java.util.ArrayList;
import java.util.List;
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
            Rule wouldRule = decision.wouldRule();
            Rule told = wouldRule != null && decision.would() != decision.action() ? wouldRule : decision.rule();
            String used = limits.why(told, call, now);
            steps.add(new Step(call, decision, used == null ? engine.why(told, call) : used));
            if (decision.denied()) {
                break;
            }
        }
        return new Trial(steps);
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
