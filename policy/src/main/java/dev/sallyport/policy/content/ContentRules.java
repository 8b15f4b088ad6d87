package dev.sallyport.policy.content;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.RuleTrace;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A policy's {@code content} in order. Immutable, and so safe on any thread. */
public final class ContentRules {

    private final List<ContentRule> rules;
    private final boolean tools;
    private final boolean requests;

    /** Takes the rules in order. */
    public ContentRules(List<ContentRule> rules) {
        this.rules = List.copyOf(rules);
        boolean anyTools = false;
        boolean anyRequests = false;
        for (ContentRule rule : rules) {
            anyTools |= rule.tools() != null;
            anyRequests |= rule.requests() != null;
        }
        this.tools = anyTools;
        this.requests = anyRequests;
    }

    /** Returns the rules in order. */
    public List<ContentRule> rules() {
        return rules;
    }

    /** Returns whether a rule is one of them. */
    public boolean has(Rule rule) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).rule().equals(rule)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether any of them looks into the arguments of tools. */
    public boolean looksIntoTools() {
        return tools;
    }

    /** Returns whether any of them looks into requests. */
    public boolean looksIntoRequests() {
        return requests;
    }

    /** Returns what is to be looked for in a call that is otherwise allowed; null if there is nothing to look for. */
    public @Nullable Inspection of(Call call) {
        if (call.via() == Via.TOOL ? !tools : call.via() != Via.HTTP || !requests) {
            return null;
        }
        if (call.agent().equals(PolicyEngine.OWN_AGENT)) {
            return null;
        }
        List<ContentRule> concerned = null;
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).concerns(call)) {
                concerned = concerned == null ? new ArrayList<>(rules.size()) : concerned;
                concerned.add(rules.get(i));
            }
        }
        return concerned == null ? null : new Inspection(concerned);
    }

    /** Returns the same rules in the modes that an operator has said. */
    public ContentRules in(PolicyState state) {
        List<ContentRule> changed = new ArrayList<>(rules.size());
        for (ContentRule rule : rules) {
            changed.add(rule.in(state.mode(rule.rule())));
        }
        return new ContentRules(changed);
    }

    /** Returns the same rules with what is in the files now that their destinations rest on. */
    public ContentRules with(Map<FeedSource, Feed> now) {
        List<ContentRule> changed = new ArrayList<>(rules.size());
        for (ContentRule rule : rules) {
            changed.add(rule.with(now));
        }
        return new ContentRules(changed);
    }

    /**
     * Says of every rule in order what it makes of {@code call}. What is in the body of a request only the running JVM knows,
     * and only what is said of a tool's arguments can be looked into.
     *
     * @param otherwise whether it is allowed otherwise, so that one of these rules can decide
     */
    public List<RuleTrace> explain(Call call, boolean otherwise) {
        List<RuleTrace> traces = new ArrayList<>(rules.size());
        List<Finding> findings = List.of();
        Map<String, Object> arguments = call.circumstances().arguments();
        Inspection inspection = call.via() == Via.TOOL && arguments != null ? of(call) : null;
        if (inspection != null && arguments != null) {
            findings = ToolContent.findings(inspection.detectors(), arguments);
        }
        boolean open = otherwise;
        for (ContentRule rule : rules) {
            RuleMatcher matcher = rule.of(call);
            if (matcher == null || call.agent().equals(PolicyEngine.OWN_AGENT)) {
                traces.add(new RuleTrace(rule.rule(), Match.NO, "it does not look into " + what(call), false));
            } else if (!rule.concerns(call)) {
                traces.add(new RuleTrace(rule.rule(), Match.NO, matcher.why(call), false));
            } else if (inspection == null) {
                String unknown = call.via() == Via.TOOL
                        ? "nothing is said of the tool's arguments"
                        : "what is in the request, only the running JVM knows";
                traces.add(new RuleTrace(
                        rule.rule(),
                        Match.UNDECIDED,
                        unknown + "; it looks for " + rule.detectors().words(),
                        false));
            } else if (rule.holds(findings)) {
                boolean decides = open && matcher.enforced() && rule.rule().action() != Action.ALLOW;
                open &= !decides;
                traces.add(new RuleTrace(rule.rule(), Match.YES, Finding.words(findings), decides));
            } else {
                traces.add(new RuleTrace(
                        rule.rule(), Match.NO, "no " + rule.detectors().words() + " is in the arguments", false));
            }
        }
        return traces;
    }

    private static String what(Call call) {
        return call.via() == Via.TOOL ? "the arguments of tools" : call.via() == Via.HTTP ? "requests" : "it";
    }
}
