package dev.sallyport.policy;

import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.Precedent;
import dev.sallyport.policy.condition.Terms;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.LibraryPatterns;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.RuleIndex;
import dev.sallyport.policy.match.RuleList;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides calls by one policy. Immutable, and so safe on any thread; deciding takes no lock, and allocates nothing unless
 * a rule in monitor mode would have decided otherwise than the rule that did.
 */
public final class PolicyEngine {

    /** The agent that the product's own threads act as; a policy cannot name it. */
    public static final String OWN_AGENT = "sallyport";

    private static final BuiltIn[] BEFORE = {
        BuiltIn.OWN_TRAFFIC,
        BuiltIn.KILL_SWITCH,
        BuiltIn.SUSPENDED_AGENT,
        BuiltIn.EXPIRED_AGENT,
        BuiltIn.NO_IDENTITY,
        BuiltIn.UNKNOWN_AGENT,
        BuiltIn.DELEGATION,
        BuiltIn.ENTERED_BY,
        BuiltIn.TASKS,
        BuiltIn.FRAMEWORK_AGENT,
        BuiltIn.JDK_LIBRARIES,
        BuiltIn.INTERNALS,
        BuiltIn.REBINDING,
        BuiltIn.ON_ERROR,
        BuiltIn.JOURNAL_FULL
    };

    private static final BuiltIn[] AFTER = {
        BuiltIn.LOOPBACK_NAMES,
        BuiltIn.UNCOVERED_NATIVE,
        BuiltIn.UNCOVERED_LISTEN,
        BuiltIn.UNCOVERED_TOOLS,
        BuiltIn.DEFAULT_DENY,
        BuiltIn.RESIDENCY
    };

    /** Regions that a layer names are enforced even where the policy only watches. */
    private static final Decision REGIONS_OF_LAYER = RuleMatcher.decided(BuiltIn.RESIDENCY.rule(Mode.ENFORCE));

    private static final int CONNECTS = Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP) | Conditions.bit(Via.HTTP);

    private final String unattributed;
    private final Map<String, Policy.Agent> agents;
    private final RuleMatcher[] egress;
    private final RuleMatcher[] tools;
    private final boolean toolsCovered;
    private final RuleIndex egressIndex;
    private final RuleIndex toolIndex;
    private final List<Destination> inside;
    private final EnumMap<BuiltIn, Decision> builtIns;
    private final Decision delegated;
    private final Environment environment;
    private final @Nullable Barred barred;
    private final List<Limit> limits;
    private final @Nullable Residency residency;
    private final Map<String, TaskKind> tasks;
    /** What rules ask to have happened before; null if none does. */
    private final Precedent @Nullable [] precedents;

    /**
     * Creates an engine.
     *
     * @param policy the policy
     * @param egress its egress rules in order
     * @param tools its tool rules in order, null if it has no {@code tools} section
     */
    public PolicyEngine(Policy policy, List<RuleMatcher> egress, @Nullable List<RuleMatcher> tools) {
        this(policy, egress, tools, List.of());
    }

    /** Creates an engine of a policy that also has limits, which {@link #limits()} hands on. */
    public PolicyEngine(
            Policy policy, List<RuleMatcher> egress, @Nullable List<RuleMatcher> tools, List<Limit> limits) {
        this(policy, egress, tools == null ? List.of() : tools, tools != null, limits);
    }

    /**
     * Creates an engine of several layers.
     *
     * @param policy the policy
     * @param egress the egress rules of all layers in order
     * @param tools the tool rules of all layers in order
     * @param toolsCovered whether a tool that no rule names is denied
     * @param limits the limits of all layers in order
     */
    public PolicyEngine(
            Policy policy,
            List<RuleMatcher> egress,
            List<RuleMatcher> tools,
            boolean toolsCovered,
            List<Limit> limits) {
        this.limits = limits;
        this.unattributed = policy.unattributed();
        this.agents = policy.agents();
        this.egress = egress.toArray(new RuleMatcher[0]);
        this.tools = tools.toArray(new RuleMatcher[0]);
        this.toolsCovered = toolsCovered;
        this.egressIndex = new RuleIndex(egress);
        this.toolIndex = new RuleIndex(tools);
        this.inside = inside(this.egress, policy.mode());
        this.builtIns = builtIns(policy);
        this.delegated = RuleMatcher.decided(BuiltIn.DELEGATION.rule(Action.ALLOW, policy.mode()));
        this.environment = Environment.UNKNOWN;
        this.barred = null;
        this.residency = null;
        this.tasks = policy.tasks();
        this.precedents = precedents(this.tools);
    }

    private PolicyEngine(
            PolicyEngine engine, Environment environment, @Nullable Barred barred, @Nullable Residency residency) {
        this.unattributed = engine.unattributed;
        this.agents = engine.agents;
        this.egress = engine.egress;
        this.tools = engine.tools;
        this.toolsCovered = engine.toolsCovered;
        this.egressIndex = engine.egressIndex;
        this.toolIndex = engine.toolIndex;
        this.inside = engine.inside;
        this.builtIns = engine.builtIns;
        this.delegated = engine.delegated;
        this.limits = engine.limits;
        this.environment = environment;
        this.barred = barred;
        this.residency = residency;
        this.tasks = engine.tasks;
        this.precedents = engine.precedents;
    }

    /** The same rules, in other modes or with other files. */
    private PolicyEngine(
            PolicyEngine engine,
            RuleMatcher[] egress,
            RuleMatcher[] tools,
            List<Limit> limits,
            RuleIndex egressIndex,
            EnumMap<BuiltIn, Decision> builtIns) {
        this.unattributed = engine.unattributed;
        this.agents = engine.agents;
        this.egress = egress;
        this.tools = tools;
        this.toolsCovered = engine.toolsCovered;
        this.egressIndex = egressIndex;
        this.toolIndex = engine.toolIndex;
        Mode mode = Objects.requireNonNull(builtIns.get(BuiltIn.DEFAULT_DENY)).mode();
        this.inside = inside(egress, mode);
        this.builtIns = builtIns;
        this.delegated = RuleMatcher.decided(BuiltIn.DELEGATION.rule(Action.ALLOW, mode));
        this.environment = engine.environment;
        this.limits = limits;
        this.barred = engine.barred;
        this.residency = engine.residency;
        this.tasks = engine.tasks;
        this.precedents = engine.precedents;
    }

    /** Returns an engine for the same policy in a process of which more is known. */
    public PolicyEngine with(Environment known) {
        return new PolicyEngine(this, known, barred, residency);
    }

    /** Returns an engine for the same policy that also refuses what leaves the regions that data may go to. */
    public PolicyEngine with(Residency regions) {
        return new PolicyEngine(this, environment, barred, regions);
    }

    /** Returns an engine for the same policy with what is in files now that groups rest on; all else is shared. */
    public PolicyEngine with(Map<FeedSource, Feed> now) {
        RuleMatcher[] fresh = egress.clone();
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = fresh[i].with(now);
        }
        List<Limit> freshLimits = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            freshLimits.add(limit.with(limit.matcher().with(now)));
        }
        return new PolicyEngine(this, fresh, tools, freshLimits, egressIndex.with(now), builtIns);
    }

    /** Returns the feeds that rules rest on. */
    public List<Feed> feeds() {
        Map<FeedSource, Feed> feeds = new LinkedHashMap<>();
        for (RuleMatcher matcher : egress) {
            collect(feeds, matcher);
        }
        for (Limit limit : limits) {
            collect(feeds, limit.matcher());
        }
        return new ArrayList<>(feeds.values());
    }

    /** Returns whether there are files whose change would change decisions. */
    public boolean restsOnFiles() {
        return residency != null || !feeds().isEmpty();
    }

    private static void collect(Map<FeedSource, Feed> feeds, RuleMatcher matcher) {
        collect(feeds, matcher.conditions());
        if (matcher.except() != null) {
            collect(feeds, matcher.except());
        }
    }

    private static void collect(Map<FeedSource, Feed> feeds, Conditions conditions) {
        if (conditions.destinations() == null) {
            return;
        }
        for (Destination destination : conditions.destinations()) {
            Feed feed = destination.feed();
            if (feed != null) {
                feeds.put(feed.source(), feed);
            }
        }
    }

    /** Returns the region that {@code call} goes to; null if it is not known, or the policy does not say anything of regions. */
    public @Nullable String region(Call call) {
        return residency == null || call.address() == null ? null : residency.region(call.address());
    }

    /** Returns the regions that calls may go to; null if the policy does not say. */
    public @Nullable Residency residency() {
        return residency;
    }

    /**
     * Returns an engine for the same rules as an operator has changed their modes, without the agents that were killed, are
     * suspended or have expired. It shares the indexes, so that this takes little time however many rules there are.
     *
     * @param policy what the engine was made of, in the mode that it now has
     * @param state what the operator has said
     * @param today the day in UTC, in days since 1970
     */
    public PolicyEngine with(Policy policy, PolicyState state, long today) {
        Barred out = Barred.of(policy, state, today);
        if (!state.changesModes() && out == null && barred == null) {
            return this;
        }
        if (!state.changesModes()) {
            return new PolicyEngine(this, environment, out, residency);
        }
        RuleMatcher[] changed = inModes(egress, state);
        PolicyEngine next = new PolicyEngine(
                this,
                changed,
                inModes(tools, state),
                inModes(limits, state),
                egressIndex.inModesOf(changed),
                builtIns(policy));
        return new PolicyEngine(next, environment, out, residency);
    }

    private static List<Limit> inModes(List<Limit> limits, PolicyState state) {
        List<Limit> changed = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            changed.add(limit.with(limit.matcher().in(state.mode(limit.rule()))));
        }
        return changed;
    }

    private static RuleMatcher[] inModes(RuleMatcher[] rules, PolicyState state) {
        RuleMatcher[] changed = new RuleMatcher[rules.length];
        for (int i = 0; i < rules.length; i++) {
            changed[i] = rules[i].in(state.mode(rules[i].rule()));
        }
        return changed;
    }

    /**
     * Returns what is said to whatever an agent asks that was killed, is suspended or has expired; null if it is none of
     * them. Whoever acts for an agent, because that has delegated to it, is barred with it: ask for each of a chain.
     */
    public @Nullable Decision barred(String agent) {
        return barred == null ? null : barred.of(agent);
    }

    /** Returns whether {@link #barred} has something to say of anybody. */
    public boolean barsAnybody() {
        return barred != null;
    }

    /** Returns what the policy says of {@code call}. */
    public Decision decide(Call call) {
        if (call.agent().equals(OWN_AGENT)) {
            return ofOwnTraffic(call);
        }
        Decision out = barred == null ? null : barred.of(call.agent());
        if (out != null) {
            Decision decision = out.denied() ? out : byRules(call);
            return decision.denied() ? decision : out;
        }
        return byRules(call);
    }

    private Decision byRules(Call call) {
        boolean tool = call.via() == Via.TOOL;
        RuleIndex index = tool ? toolIndex : egressIndex;
        RuleList general = index.of(call.via());
        RuleList named = RuleList.EMPTY;
        RuleList addressed = RuleList.EMPTY;
        String host = call.host();
        Address address = call.address();
        boolean addressToCome = false;
        long inFeeds = 0;
        boolean more = false;
        if (tool) {
            String target = call.target();
            named = target == null ? RuleList.EMPTY : index.tool(target);
        } else if ((Conditions.bit(call.via()) & Conditions.NETWORK) != 0) {
            general = index.anywhere();
            named = host == null ? RuleList.EMPTY : index.host(host);
            addressToCome = address == null && call.stage() != Stage.CONNECT;
            if (address != null) {
                addressed = index.address(address);
            } else if (addressToCome) {
                addressed = index.undecided(call.via(), false);
            }
            inFeeds = index.feeds(call);
            more = index.hasMore(call, named, addressed, inFeeds);
        }
        Decision decision =
                decide(call, tool ? tools : egress, index, general, named, addressed, inFeeds, addressToCome, more);
        return residency == null || address == null || (Conditions.bit(call.via()) & CONNECTS) == 0
                ? decision
                : afterResidency(residency, decision, address);
    }

    /**
     * The first rule that matches and is enforced decides. Where it denies, but a rule before it is undecided that would
     * allow, the call is let through to the stage that knows more. Beside it runs what would be if every rule were
     * enforced: the first rule that matches in any mode.
     */
    private Decision decide(
            Call call,
            RuleMatcher[] rules,
            RuleIndex index,
            RuleList general,
            RuleList named,
            RuleList addressed,
            long inFeeds,
            boolean addressToCome,
            boolean more) {
        int[] a = general.everyone();
        int[] b = general.of(call.agent());
        int[] c = named.everyone();
        int[] d = named.of(call.agent());
        int[] e = addressed.everyone();
        int[] f = addressed.of(call.agent());
        int ai = 0;
        int bi = 0;
        int ci = 0;
        int di = 0;
        int ei = 0;
        int fi = 0;
        int from = 0;
        boolean enforcedOnly = !addressToCome;
        RuleMatcher later = null;
        RuleMatcher would = null;
        RuleMatcher wouldLater = null;
        while (true) {
            int an = RuleList.at(a, ai);
            int bn = RuleList.at(b, bi);
            int cn = RuleList.at(c, ci);
            int dn = RuleList.at(d, di);
            int en = RuleList.at(e, ei);
            int fn = RuleList.at(f, fi);
            int next = Math.min(Math.min(Math.min(an, bn), Math.min(cn, dn)), Math.min(en, fn));
            if (more) {
                next = Math.min(next, index.more(call, named, addressed, inFeeds, from));
            }
            if (next == RuleList.END) {
                return outcome(ending(call), later, would, wouldLater);
            }
            ai += an == next ? 1 : 0;
            bi += bn == next ? 1 : 0;
            ci += cn == next ? 1 : 0;
            di += dn == next ? 1 : 0;
            ei += en == next ? 1 : 0;
            fi += fn == next ? 1 : 0;
            from = next + 1;
            RuleMatcher rule = rules[next];
            Match match = rule.match(call);
            if (match == Match.YES) {
                would = would == null ? rule : would;
                if (rule.enforced()) {
                    return outcome(rule.decision(), later, would, wouldLater);
                }
            } else if (match == Match.UNDECIDED && rule.allows()) {
                wouldLater = wouldLater == null && would == null ? rule : wouldLater;
                if (later == null && rule.enforced()) {
                    later = rule;
                    if (addressToCome) {
                        // One undecided rule is enough to let it through: the others would not change that.
                        ei = e.length;
                        fi = f.length;
                        enforcedOnly = true;
                    }
                }
            }
            if (!enforcedOnly && (would != null || wouldLater != null)) {
                // What a rule that is only watched would do is settled: no other undecided one changes that.
                RuleList enforced = index.undecided(call.via(), true);
                e = enforced.everyone();
                f = enforced.of(call.agent());
                ei = RuleList.place(e, from);
                fi = RuleList.place(f, from);
                enforcedOnly = true;
            }
        }
    }

    /** A call that rules allow is denied all the same if it leaves the regions that data may go to. */
    private Decision afterResidency(Residency regions, Decision decision, Address address) {
        if (decision.denied()) {
            return decision;
        }
        Residency.Unknown outcome = regions.of(address, false);
        if (outcome == Residency.Unknown.ALLOW) {
            return decision;
        }
        Decision refused =
                regions.of(address, true) == Residency.Unknown.DENY ? REGIONS_OF_LAYER : builtIn(BuiltIn.RESIDENCY);
        boolean denies = outcome == Residency.Unknown.DENY && refused.denied();
        if (denies || decision.would() == Action.DENY) {
            return denies ? refused : decision;
        }
        return new Decision(
                decision.action(),
                decision.rule(),
                decision.mode(),
                Action.DENY,
                refused.rule(),
                decision.provisional());
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

    /** Returns the built-in decision for a call that no rule decided. */
    private Decision ending(Call call) {
        return switch (call.via()) {
            case DNS -> builtIn(isOfThisMachine(call.host()) ? BuiltIn.LOOPBACK_NAMES : BuiltIn.DEFAULT_DENY);
            case NATIVE -> builtIn(BuiltIn.UNCOVERED_NATIVE);
            case LISTEN -> builtIn(BuiltIn.UNCOVERED_LISTEN);
            case TOOL -> builtIn(toolsCovered ? BuiltIn.DEFAULT_DENY : BuiltIn.UNCOVERED_TOOLS);
            case TCP, UDP, HTTP, UNIX, PROCESS, ATTACH -> builtIn(BuiltIn.DEFAULT_DENY);
        };
    }

    /** The product's own threads reach their exporter and the policy's server, and nothing else, whatever the rules say. */
    private Decision ofOwnTraffic(Call call) {
        boolean allowed = switch (call.via()) {
            case DNS, TCP, HTTP ->
                isOwn(call, environment.exporterHost(), environment.exporterPort())
                        || isOwn(call, environment.sourceHost(), environment.sourcePort());
            case NATIVE -> true;
            case UDP, UNIX, PROCESS, LISTEN, ATTACH, TOOL -> false;
        };
        return builtIn(allowed ? BuiltIn.OWN_TRAFFIC : BuiltIn.DEFAULT_DENY);
    }

    private static boolean isOwn(Call call, @Nullable String host, int port) {
        if (host == null || (call.via() != Via.DNS && call.port() != port)) {
            return false;
        }
        return host.equals(call.host()) || (call.via() != Via.DNS && isLiterally(host, call.address()));
    }

    private static boolean isLiterally(String exporter, @Nullable Address address) {
        return address != null && address.equals(Addresses.parse(exporter));
    }

    private boolean isOfThisMachine(@Nullable String host) {
        return host != null
                && (host.equals("localhost") || host.endsWith(".localhost") || host.equals(environment.machineName()));
    }

    /** Returns whether one of the policy's own rules has decided so, and not a built-in one. */
    public boolean byRule(Decision decision) {
        for (BuiltIn builtIn : BuiltIn.values()) {
            if (decision.rule().id().equals(builtIn.id())) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the rule that decided says for which libraries it is meant, not merely for which it is not. */
    public boolean namesLibrary(Decision decision) {
        for (RuleMatcher matcher : egress) {
            if (matcher.rule().equals(decision.rule())) {
                LibraryPatterns library = matcher.conditions().library();
                return library != null && !library.outside();
            }
        }
        return false;
    }

    /**
     * Returns the decision of a built-in rule that is not found by matching, but stated by the gate: that nobody stands
     * behind a call, that the gate failed, that the journal is full.
     */
    public Decision builtIn(BuiltIn rule) {
        return Objects.requireNonNull(builtIns.get(rule));
    }

    /**
     * Decides whether an agent may be entered.
     *
     * @param from the acting agent; null outside of any, which counts as the policy's {@code unattributed} if the policy
     *     describes an agent of that name
     * @param to the agent to enter
     * @param entrance whose code enters it, if that code takes on what it has not got by being inside an agent; else null
     */
    public Decision enterAgent(@Nullable String from, String to, @Nullable Entrance entrance) {
        Policy.Agent entered = agents.get(to);
        if (entered == null) {
            return builtIn(BuiltIn.UNKNOWN_AGENT);
        }
        String acting = from == null ? unattributed : from;
        if (barred != null) {
            Decision out = barred.of(acting) == null ? barred.of(to) : barred.of(acting);
            if (out != null) {
                return out;
            }
        }
        Policy.Agent agent = agents.get(acting);
        boolean outside = agent == null && (from == null || from.equals(unattributed));
        boolean mayDelegate = outside
                || acting.equals(to)
                || (agent != null && agent.delegatesTo().contains(to));
        if (!mayDelegate) {
            return builtIn(BuiltIn.DELEGATION);
        }
        return entrance == null || entrance.opens(entered) ? delegated : builtIn(BuiltIn.ENTERED_BY);
    }

    /**
     * Decides whether a task may be started.
     *
     * @param from the acting agent; null outside of any, which counts as the policy's {@code unattributed}
     * @param task the task's name in the policy
     * @param params the parameters that it is to be started with
     * @param justification why, null if nobody said
     */
    public Decision startTask(
            @Nullable String from, String task, Map<String, String> params, @Nullable String justification) {
        TaskKind kind = tasks.get(task);
        String fault = kind == null
                ? tasks.isEmpty() ? "the policy knows no tasks" : "the policy knows no task '" + task + "'"
                : kind.fault(from == null ? unattributed : from, params, justification);
        Decision builtIn = builtIn(BuiltIn.TASKS);
        String why = fault == null ? "task " + task + " may be started so" : fault;
        Mode mode = builtIn.rule().mode();
        Action action = fault == null ? Action.ALLOW : Action.DENY;
        String source = kind == null ? builtIn.rule().source() : kind.source();
        return RuleMatcher.decided(new Rule(BuiltIn.TASKS.id(), action, mode, source, why, List.of()));
    }

    /** Returns what is recorded when a task ends. */
    public Decision taskEnded() {
        Rule tasksRule =
                BuiltIn.TASKS.rule(Action.ALLOW, builtIn(BuiltIn.TASKS).rule().mode());
        return RuleMatcher.decided(tasksRule);
    }

    /** Returns the kind of task of that name, or null. */
    public @Nullable TaskKind task(String name) {
        return tasks.get(name);
    }

    /** Returns whether a rule asks if a tool was called before. */
    public boolean remembers(String tool) {
        for (int i = 0; precedents != null && i < precedents.length; i++) {
            if (precedents[i].concerns(tool)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether such a rule asks what the tool was called with. */
    public boolean remembersArguments(String tool) {
        for (int i = 0; precedents != null && i < precedents.length; i++) {
            Expression where = precedents[i].where();
            if (where != null && where.readsPastArguments() && precedents[i].concerns(tool)) {
                return true;
            }
        }
        return false;
    }

    private static Precedent @Nullable [] precedents(RuleMatcher[] rules) {
        List<Precedent> all = null;
        for (RuleMatcher rule : rules) {
            Terms terms = rule.terms();
            if (terms != null && !terms.after().isEmpty()) {
                all = all == null ? new ArrayList<>() : all;
                all.addAll(terms.after());
            }
        }
        return all == null ? null : all.toArray(new Precedent[0]);
    }

    /**
     * Returns whether {@code address} may stay in the answer to the question for {@code host}: it is public, or the policy
     * expects the name to be inside, or allows the address to whoever names it. Who asks does not matter here.
     *
     * @param host the name in canonical form
     */
    public boolean keepsPrivateAnswer(String host, Address address) {
        if (!Addresses.isPrivate(address)) {
            return true;
        }
        if (isOfThisMachine(host) && (Addresses.isLoopback(address) || host.equals(environment.machineName()))) {
            return true;
        }
        for (int i = 0; i < inside.size(); i++) {
            if (inside.get(i).admits(host, address)) {
                return true;
            }
        }
        return host.equals(environment.exporterHost()) || host.equals(environment.sourceHost());
    }

    /**
     * Returns the policy's limits in order. What they make of a call depends on what was before it, so the engine does not
     * ask them.
     */
    public List<Limit> limits() {
        return limits;
    }

    /** Returns the egress rules in order, without the built-in ones. */
    public List<Rule> egressRules() {
        return rules(egress);
    }

    /** Returns the tool rules in order, without the built-in ones. */
    public List<Rule> toolRules() {
        return rules(tools);
    }

    /** Returns the egress rules in order with what each asks of a call. */
    public List<RuleMatcher> egressMatchers() {
        return List.of(egress);
    }

    /** Returns the tool rules in order with what each asks of a call. */
    public List<RuleMatcher> toolMatchers() {
        return List.of(tools);
    }

    /** Returns the built-in rules: those that come before the policy's, then those that come after. */
    public List<Rule> builtInRules() {
        List<Rule> rules = new ArrayList<>();
        for (BuiltIn builtIn : BEFORE) {
            rules.add(builtIn(builtIn).rule());
        }
        for (BuiltIn builtIn : AFTER) {
            rules.add(builtIn(builtIn).rule());
        }
        return rules;
    }

    /** Says of every rule in order what it makes of {@code call}, and why. Takes its time. */
    public List<RuleTrace> explain(Call call) {
        Decision decision = decide(call);
        boolean own = call.agent().equals(OWN_AGENT);
        List<RuleTrace> traces = new ArrayList<>();
        for (BuiltIn builtIn : BEFORE) {
            traces.add(trace(builtIn, decision, false));
        }
        for (RuleMatcher matcher : call.via() == Via.TOOL ? tools : egress) {
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
        Rule end = (own ? decision : ending(call)).rule();
        for (BuiltIn builtIn : AFTER) {
            traces.add(trace(builtIn, decision, builtIn(builtIn).rule().equals(end)));
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

    private RuleTrace trace(BuiltIn builtIn, Decision decision, boolean matches) {
        boolean decides = decision.rule().id().equals(builtIn.id());
        Rule rule = decides ? decision.rule() : builtIn(builtIn).rule();
        return new RuleTrace(rule, decides || matches ? Match.YES : Match.NO, rule.why(), decides);
    }

    /**
     * Says why {@code rule} decided {@code call}: what a denial's {@code why} line says. Builds strings.
     *
     * @return a clause such as {@code com.acme:metrics-sdk:4.2.1 is outside library list [com.shop:*]}
     */
    public String why(Rule rule, Call call) {
        for (RuleMatcher matcher : call.via() == Via.TOOL ? tools : egress) {
            if (matcher.rule().equals(rule)) {
                return matcher.why(call);
            }
        }
        if (residency != null && call.address() != null && rule.id().equals(BuiltIn.RESIDENCY.id())) {
            return residency.why(call.address());
        }
        if (rule.id().equals(BuiltIn.DEFAULT_DENY.id())) {
            return "no rule allows " + RuleMatcher.target(call) + " to agent " + call.agent() + nearMiss(call);
        }
        Policy.Agent entered = rule.id().equals(BuiltIn.ENTERED_BY.id()) ? agents.get(call.target()) : null;
        return entered == null ? rule.why() : whyShut(entered, call.library());
    }

    private static String whyShut(Policy.Agent agent, Library library) {
        LibraryPatterns enteredBy = agent.enteredBy();
        String who = library.unknown()
                ? "code that calls by reflection, by a method handle or from a hidden class"
                : library.coordinates();
        return enteredBy == null
                ? who + " is not where the main class is from, and agent " + agent.name() + " has no enteredBy"
                : who + " is not in enteredBy " + enteredBy.words() + " of agent " + agent.name();
    }

    private String nearMiss(Call call) {
        for (RuleMatcher matcher : call.via() == Via.TOOL ? tools : egress) {
            String missed = matcher.nearMiss(call);
            if (missed != null) {
                return "; rule " + matcher.rule().id() + " does not: " + missed;
            }
        }
        return "";
    }

    private static EnumMap<BuiltIn, Decision> builtIns(Policy policy) {
        EnumMap<BuiltIn, Decision> decisions = new EnumMap<>(BuiltIn.class);
        for (BuiltIn builtIn : BuiltIn.values()) {
            Rule rule = switch (builtIn) {
                case ON_ERROR -> builtIn.rule(policy.onErrorAllow() ? Action.ALLOW : Action.DENY, policy.mode());
                case UNCOVERED_NATIVE -> builtIn.rule(policy.uncovered().nativeLibraries(), policy.mode());
                case UNCOVERED_LISTEN -> builtIn.rule(policy.uncovered().listen(), policy.mode());
                default -> builtIn.rule(policy.mode());
            };
            decisions.put(builtIn, RuleMatcher.decided(rule));
        }
        return decisions;
    }

    /**
     * Returns the destinations inside that rules allow. A rule in monitor mode allows nothing, unless the whole policy
     * only monitors: then what counts is what it would allow.
     */
    private static List<Destination> inside(RuleMatcher[] rules, Mode mode) {
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

    private static List<Rule> rules(RuleMatcher[] matchers) {
        List<Rule> rules = new ArrayList<>(matchers.length);
        for (RuleMatcher matcher : matchers) {
            rules.add(matcher.rule());
        }
        return rules;
    }
}
