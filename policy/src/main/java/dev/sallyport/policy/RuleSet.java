package dev.sallyport.policy;

import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.Postings;
import dev.sallyport.policy.match.RuleIndex;
import dev.sallyport.policy.match.RuleIndexBuilder;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules in order, of which the first that matches decides, with the index that finds those that can match. Immutable. */
final class RuleSet {

    private static final int ENTRY = Postings.ENTRY;
    private static final int END = Postings.END;

    private final RuleMatcher[] rules;
    private final RuleIndex index;

    /** For each rule the first one from it on that is enforced; how many there are, if none is. */
    private final int[] enforcedFrom;

    RuleSet(List<RuleMatcher> rules) {
        this(rules.toArray(new RuleMatcher[0]), RuleIndexBuilder.index(rules));
    }

    private RuleSet(RuleMatcher[] rules, RuleIndex index) {
        this.rules = rules;
        this.index = index;
        this.enforcedFrom = new int[rules.length + 1];
        enforcedFrom[rules.length] = rules.length;
        for (int i = rules.length - 1; i >= 0; i--) {
            enforcedFrom[i] = rules[i].enforced() ? i : enforcedFrom[i + 1];
        }
    }

    /** Returns the rules, which are not to be changed. */
    RuleMatcher[] rules() {
        return rules;
    }

    /** Returns the same rules with what is in files now. */
    RuleSet with(Map<FeedSource, Feed> now) {
        RuleMatcher[] fresh = rules.clone();
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = fresh[i].with(now);
        }
        return new RuleSet(fresh, index.with(now));
    }

    /** Returns the same rules in the modes that an operator wants. The index does not rest on modes. */
    RuleSet in(PolicyState state) {
        RuleMatcher[] changed = rules.clone();
        boolean all = state.defaultMode() != null;
        int left = all ? rules.length : state.modes().size();
        for (int i = 0; i < rules.length && left > 0; i++) {
            Rule rule = rules[i].rule();
            if (all || state.modes().containsKey(rule.id())) {
                changed[i] = rules[i].in(state.mode(rule));
                left--;
            }
        }
        return new RuleSet(changed, index);
    }

    /**
     * Returns the destinations inside that rules allow. A rule in monitor mode allows nothing, unless the whole policy
     * only monitors: then what counts is what it would allow.
     */
    List<Destination> inside(Mode mode) {
        List<Destination> inside = new ArrayList<>();
        Set<Destination> known = Collections.newSetFromMap(new IdentityHashMap<>());
        Destination everywhere = Destination.everywhere("*", null);
        for (RuleMatcher rule : rules) {
            Conditions conditions = rule.conditions();
            int vias = conditions.vias() | conditions.httpVias();
            boolean counts = rule.enforced() || mode == Mode.MONITOR;
            if (!rule.allows() || !counts || (vias & Conditions.NETWORK) == 0) {
                continue;
            }
            if (conditions.destinations() == null) {
                inside.add(everywhere);
                continue;
            }
            for (Destination destination : conditions.destinations()) {
                if (destination.inside() && known.add(destination)) {
                    inside.add(destination);
                }
            }
        }
        return inside;
    }

    /**
     * Returns what the rules say of {@code call}. The first rule that matches and is enforced decides. Where it denies, but a rule
     * before it is undecided that would allow, the call is let through to the stage that knows more. Beside it runs what would be
     * if every rule were enforced: the first rule that matches in any mode.
     *
     * @param ending what decides a call that no rule does
     */
    Decision decide(Call call, BuiltInRules ending) {
        RuleIndex in = index;
        int agent = in.agent(call.agent());
        int general;
        int named = Postings.EMPTY;
        int addressed = Postings.EMPTY;
        int fed = Postings.EMPTY;
        int byLibrary = Postings.EMPTY;
        long inFeeds = 0;
        boolean addressToCome = false;
        boolean more = false;
        if ((Conditions.bit(call.via()) & Conditions.NETWORK) != 0) {
            String host = call.host();
            Address address = call.address();
            long byName = host == null ? 0 : in.byName(host);
            addressToCome = address == null && call.stage() != Stage.CONNECT;
            general = in.anywhere();
            named = RuleIndex.list(byName);
            addressed =
                    address != null ? in.address(address) : addressToCome ? in.undecided(call.via()) : Postings.EMPTY;
            inFeeds = in.feeds(call, byName);
            fed = in.byFirst(inFeeds);
            byLibrary = in.library(call.library());
            more = (inFeeds & inFeeds - 1) != 0 || RuleIndex.carries(address);
        } else {
            general = in.of(call.via());
            named = in.tool(call.target());
        }
        return decide(call, ending, agent, general, named, addressed, fed, byLibrary, inFeeds, addressToCome, more);
    }

    /** Goes through what was found in the order of the rules, each list from its own place. */
    private Decision decide(
            Call call,
            BuiltInRules ending,
            int agent,
            int generalOfAll,
            int namedOfAll,
            int addressedOfAll,
            int fedOfAll,
            int byLibrary,
            long inFeeds,
            boolean addressToCome,
            boolean rare) {
        Postings postings = index.postings();
        int[] numbers = postings.numbers();
        int general = postings.of(agent, generalOfAll);
        int named = postings.of(agent, namedOfAll);
        int addressed = postings.of(agent, addressedOfAll);
        int fed = postings.of(agent, fedOfAll);
        int g = general + Postings.HEAD;
        int n = named + Postings.HEAD;
        int a = addressed + Postings.HEAD;
        int f = fed + Postings.HEAD;
        int gEnd = postings.end(general);
        int nEnd = postings.end(named);
        int aEnd = postings.end(addressed);
        int fEnd = postings.end(fed);
        boolean more = rare || (numbers[general] | numbers[named] | numbers[addressed] | numbers[fed] | byLibrary) != 0;
        boolean open = addressToCome;
        int from = 0;
        RuleMatcher later = null;
        RuleMatcher would = null;
        RuleMatcher wouldLater = null;
        while (true) {
            boolean enforcedOnly = open && (would != null || wouldLater != null);
            if (enforcedOnly) {
                // What a rule that is only watched would do is settled: no other undecided one changes that.
                a = enforcedFrom(addressed, a, aEnd);
            }
            int gn = g < gEnd ? numbers[g] : END;
            int nn = n < nEnd ? numbers[n] : END;
            int an = a < aEnd ? numbers[a] : END;
            int fn = f < fEnd ? numbers[f] : END;
            int next = Math.min(Math.min(gn, nn), Math.min(an, fn));
            int elsewhere = END;
            if (more) {
                int openFrom = enforcedOnly ? enforcedFrom[from] : from;
                elsewhere = index.next(byLibrary, agent, from);
                elsewhere = Math.min(elsewhere, index.wider(general, agent, from));
                elsewhere = Math.min(elsewhere, index.wider(named, agent, from));
                elsewhere = Math.min(elsewhere, index.wider(addressed, agent, openFrom));
                elsewhere = Math.min(elsewhere, index.wider(fed, agent, from));
                elsewhere = Math.min(elsewhere, index.more(call, inFeeds, agent, from));
            }
            Match match = null;
            if (elsewhere < next) {
                next = elsewhere;
                from = next + 1;
            } else if (next == END) {
                return outcome(ending.ending(call), later, would, wouldLater);
            } else {
                int entry;
                if (next == gn) {
                    entry = g;
                    g += ENTRY;
                } else if (next == nn) {
                    entry = n;
                    n += ENTRY;
                } else if (next == an) {
                    entry = a;
                    a += ENTRY;
                } else {
                    entry = f;
                    f += ENTRY;
                }
                from = next == elsewhere ? next : next + 1;
                int set = numbers[entry + 2];
                match = index.isFor(set, agent) ? Postings.match(numbers[entry + 1], call) : Match.NO;
            }
            if (match == Match.NO) {
                continue;
            }
            RuleMatcher rule = rules[next];
            match = match == null ? rule.match(call) : match;
            if (match == Match.YES) {
                would = would == null ? rule : would;
                if (rule.enforced()) {
                    return outcome(rule.decision(), later, would, wouldLater);
                }
            } else if (match == Match.UNDECIDED && rule.allows()) {
                wouldLater = wouldLater == null && would == null ? rule : wouldLater;
                if (later == null && rule.enforced()) {
                    later = rule;
                    if (open) {
                        // One undecided rule is enough to let it through: the others would not change that.
                        addressed = Postings.EMPTY;
                        aEnd = a;
                        open = false;
                    }
                }
            }
        }
    }

    /** Returns the place in a list, from one on, of the first rule that is enforced. */
    private int enforcedFrom(int list, int place, int end) {
        int[] numbers = index.postings().numbers();
        int at = place;
        while (at < end && enforcedFrom[numbers[at]] != numbers[at]) {
            at = index.postings().place(list, enforcedFrom[numbers[at]]);
        }
        return at;
    }

    /**
     * Returns the outcome where {@code decision} is that of the first rule that is enforced, or of the built-in one that
     * ends the policy.
     *
     * @param later the first rule before it that is undecided, would allow and is enforced
     * @param would the first rule that matched, in any mode
     * @param wouldLater the first rule before that one that is undecided and would allow, in any mode
     */
    private static Decision outcome(
            Decision decision,
            @Nullable RuleMatcher later,
            @Nullable RuleMatcher would,
            @Nullable RuleMatcher wouldLater) {
        boolean denies = (decision.would() == null ? decision.action() : decision.would()) != Action.ALLOW;
        Decision actual = later != null && denies ? later.provisional() : decision;
        boolean openBefore = wouldLater != null && (would == null ? denies : !would.allows());
        RuleMatcher first = openBefore ? wouldLater : would;
        if (first == null || (first.enforced() && actual.mode() == Mode.ENFORCE)) {
            return actual;
        }
        if (actual.mode() == Mode.MONITOR) {
            return openBefore ? first.provisional() : first.decision();
        }
        Rule rule = first.rule();
        return new Decision(actual.action(), actual.rule(), actual.mode(), rule.action(), rule, actual.provisional());
    }
}
