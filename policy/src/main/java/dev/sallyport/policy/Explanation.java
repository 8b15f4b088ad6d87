package dev.sallyport.policy;

import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says in words why a call is decided as it is. Takes its time, and is loaded when somebody asks. */
final class Explanation {

    private final Call call;
    private final RuleMatcher[] rules;
    private final BuiltInRules builtIns;

    /** @param rules those that decide calls of its kind, in order */
    Explanation(Call call, RuleMatcher[] rules, BuiltInRules builtIns) {
        this.call = call;
        this.rules = rules;
        this.builtIns = builtIns;
    }

    /** Says of every rule in order what it makes of the call, and why. */
    List<RuleTrace> traces(Decision decision, List<Limit> limits) {
        boolean own = call.agent().equals(PolicyEngine.OWN_AGENT);
        List<RuleTrace> traces = new ArrayList<>();
        for (Decision builtIn : builtIns.before()) {
            traces.add(trace(builtIn.rule(), decision, false));
        }
        for (RuleMatcher matcher : rules) {
            Rule rule = matcher.rule();
            traces.add(
                    own
                            ? new RuleTrace(rule, Match.NO, "the product's own threads have rules of their own", false)
                            : new RuleTrace(
                                    rule,
                                    matcher.match(call),
                                    matcher.why(call),
                                    decision.rule().equals(rule)));
        }
        Rule end = (own ? decision : builtIns.ending(call)).rule();
        for (Decision builtIn : builtIns.after()) {
            traces.add(trace(builtIn.rule(), decision, builtIn.rule().equals(end)));
        }
        for (Limit limit : limits) {
            boolean concerns = !own && limit.matcher().match(call) != Match.NO;
            String why = concerns
                    ? limit.rule().why() + "; how much is used, only the running JVM knows"
                    : limit.matcher().why(call);
            traces.add(new RuleTrace(limit.rule(), concerns ? Match.UNDECIDED : Match.NO, why, false));
        }
        return traces;
    }

    private static RuleTrace trace(Rule builtIn, Decision decision, boolean matches) {
        boolean decides = decision.rule().id().equals(builtIn.id());
        Rule rule = decides ? decision.rule() : builtIn;
        return new RuleTrace(rule, decides || matches ? Match.YES : Match.NO, rule.why(), decides);
    }

    /** Says why {@code rule} decided the call. */
    String why(Rule rule, @Nullable Residency residency, Map<String, Policy.Agent> agents) {
        for (RuleMatcher matcher : rules) {
            if (matcher.rule().equals(rule)) {
                return matcher.why(call);
            }
        }
        Address address = call.address();
        if (residency != null && address != null && rule.id().equals(BuiltIn.RESIDENCY.id())) {
            return residency.why(address);
        }
        if (rule.id().equals(BuiltIn.DEFAULT_DENY.id())) {
            return "no rule allows " + RuleMatcher.target(call) + " to agent " + call.agent() + nearMiss();
        }
        Policy.Agent entered = rule.id().equals(BuiltIn.ENTERED_BY.id()) ? agents.get(call.target()) : null;
        return entered == null ? rule.why() : Delegation.whyShut(entered, call.library());
    }

    private String nearMiss() {
        for (RuleMatcher matcher : rules) {
            String missed = matcher.nearMiss(call);
            if (missed != null) {
                return "; rule " + matcher.rule().id() + " does not: " + missed;
            }
        }
        return "";
    }
}
