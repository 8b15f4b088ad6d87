package dev.sallyport.policy.match;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.condition.Terms;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule, ready to be asked whether it matches, with the decisions that it can lead to. Immutable. */
public final class RuleMatcher {

    private final Rule rule;
    private final Conditions conditions;
    private final @Nullable Conditions except;
    private final @Nullable Terms terms;
    private final boolean allows;
    private final boolean enforced;
    private final Decision decision;
    private final Decision provisional;

    /** Creates the matcher of {@code rule}. */
    public RuleMatcher(Rule rule, Conditions conditions, @Nullable Conditions except) {
        this(rule, conditions, except, null);
    }

    /** Creates the matcher of {@code rule}, which asks of a call what {@code terms} says besides. */
    public RuleMatcher(Rule rule, Conditions conditions, @Nullable Conditions except, @Nullable Terms terms) {
        this.rule = rule;
        this.conditions = conditions;
        this.except = except;
        this.terms = terms;
        this.allows = rule.action() == Action.ALLOW;
        this.enforced = rule.mode() == Mode.ENFORCE;
        this.decision = decided(rule);
        this.provisional = enforced
                ? new Decision(Action.ALLOW, rule, Mode.ENFORCE, null, null, true)
                : new Decision(Action.ALLOW, rule, Mode.MONITOR, Action.ALLOW, rule, true);
    }

    /** Returns the same rule in another mode; itself if it is in that. */
    public RuleMatcher in(Mode mode) {
        return rule.mode() == mode ? this : new RuleMatcher(rule.in(mode), conditions, except, terms);
    }

    /** Returns the decision of a rule that matched: what it says if it is enforced, else allow and what it would say. */
    public static Decision decided(Rule rule) {
        return rule.mode() == Mode.ENFORCE
                ? rule.action() == Action.APPROVE
                        ? new Decision(Action.DENY, rule, Mode.ENFORCE, Action.APPROVE, rule)
                        : new Decision(rule.action(), rule, Mode.ENFORCE, null, null)
                : new Decision(Action.ALLOW, rule, Mode.MONITOR, rule.action(), rule);
    }

    /** Returns the same rule with what is in the files now that its destinations rest on; this, if none of them does. */
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same
    public RuleMatcher with(Map<FeedSource, Feed> now) {
        Conditions changed = conditions.with(now);
        Conditions exceptChanged = except == null ? null : except.with(now);
        return changed == conditions && exceptChanged == except
                ? this
                : new RuleMatcher(rule, changed, exceptChanged, terms);
    }

    /** Returns whether the rule matches {@code call}. */
    public Match match(Call call) {
        Match match = conditions.match(call);
        if (match == Match.NO || (terms != null && !terms.hold(call, !allows))) {
            return Match.NO;
        }
        if (except == null) {
            return match;
        }
        return switch (except.match(call)) {
            case YES -> Match.NO;
            case UNDECIDED -> Match.UNDECIDED;
            case NO -> match;
        };
    }

    /** Says why the rule does not match {@code call}, why it is undecided, or that it matches. */
    public String why(Call call) {
        String fault = conditions.fault(call);
        if (fault != null) {
            return fault;
        }
        if (except != null && except.match(call) != Match.NO) {
            return except.match(call) == Match.YES ? "its exception covers the call" : "its exception is undecided yet";
        }
        if (terms != null) {
            String unmet = terms.fault(call, !allows);
            if (unmet != null) {
                return unmet;
            }
            String doubt = allows ? null : terms.doubt(call);
            if (doubt != null) {
                return doubt + ", so it counts as met by a rule that refuses";
            }
        }
        if (conditions.library() != null) {
            return Conditions.library(call.library(), conditions.library());
        }
        return rule.why();
    }

    /**
     * Says what keeps a rule that would allow {@code call} from it, where that is the task, the arguments or what went before;
     * null if it is anything else. Takes its time.
     */
    public @Nullable String nearMiss(Call call) {
        if (!allows || !enforced || (terms == null && conditions.during() == null)) {
            return null;
        }
        return conditions.anyTime().match(call) == Match.YES ? why(call) : null;
    }

    /** Says where a call goes: {@code api.psp.example:443 (203.0.113.7)}. */
    public static String target(Call call) {
        return Conditions.target(call);
    }

    /** Returns the rule. */
    public Rule rule() {
        return rule;
    }

    /** Returns what it asks of a call. */
    public Conditions conditions() {
        return conditions;
    }

    /** Returns what it asks of a tool call besides, or null. */
    public @Nullable Terms terms() {
        return terms;
    }

    /** Returns what it leaves out, or null. */
    public @Nullable Conditions except() {
        return except;
    }

    /** Returns whether it allows. */
    public boolean allows() {
        return allows;
    }

    /** Returns whether it is enforced. */
    public boolean enforced() {
        return enforced;
    }

    /** Returns the decision if it matches and decides. */
    public Decision decision() {
        return decision;
    }

    /** Returns the decision if it may match at a later stage and would allow the call then. */
    public Decision provisional() {
        return provisional;
    }
}
