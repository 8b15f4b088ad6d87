package dev.sallyport.policy;

import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.Precedent;
import dev.sallyport.policy.condition.Terms;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.LibraryPatterns;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides calls by one policy. Immutable, and so safe on any thread; deciding takes no lock, and allocates nothing unless
 * a rule in monitor mode would have decided otherwise than the rule that did.
 */
public final class PolicyEngine {

    /** The agent that the product's own threads act as; a policy cannot name it. */
    public static final String OWN_AGENT = "sallyport";

    /** Regions that a layer names are enforced even where the policy only watches. */
    private static final Decision REGIONS_OF_LAYER = RuleMatcher.decided(BuiltIn.RESIDENCY.rule(Mode.ENFORCE));

    private static final int CONNECTS = Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP) | Conditions.bit(Via.HTTP);

    private final RuleSet egress;
    private final RuleSet tools;
    private final BuiltInRules builtIns;
    private final List<Limit> limits;
    private final Map<String, Policy.Agent> agents;
    private final String unattributed;
    private final Map<String, TaskKind> tasks;
    /** What rules ask to have happened before; null if none does. */
    private final Precedent @Nullable [] precedents;

    private final @Nullable Barred barred;
    private final @Nullable Residency residency;
    private final @Nullable ContentRules content;
    /** The destinations inside that rules allow; found when somebody first gets a private answer. */
    private volatile @Nullable List<Destination> inside;

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
        this.egress = new RuleSet(egress);
        this.tools = new RuleSet(tools);
        this.builtIns = new BuiltInRules(policy, toolsCovered, Environment.UNKNOWN);
        this.limits = limits;
        this.agents = policy.agents();
        this.unattributed = policy.unattributed();
        this.tasks = policy.tasks();
        this.precedents = precedents(tools);
        this.barred = null;
        this.residency = null;
        this.content = null;
    }

    /** The same policy, in other modes, with other files, or in another process. */
    private PolicyEngine(
            PolicyEngine engine,
            RuleSet egress,
            RuleSet tools,
            BuiltInRules builtIns,
            List<Limit> limits,
            @Nullable Barred barred,
            @Nullable Residency residency,
            @Nullable ContentRules content) {
        this.egress = egress;
        this.tools = tools;
        this.builtIns = builtIns;
        this.limits = limits;
        this.agents = engine.agents;
        this.unattributed = engine.unattributed;
        this.tasks = engine.tasks;
        this.precedents = engine.precedents;
        this.barred = barred;
        this.residency = residency;
        this.content = content;
    }

    /** Returns an engine for the same policy in a process of which more is known. */
    public PolicyEngine with(Environment known) {
        return new PolicyEngine(this, egress, tools, builtIns.with(known), limits, barred, residency, content);
    }

    /** Returns an engine for the same policy that also refuses what leaves the regions that data may go to. */
    public PolicyEngine with(Residency regions) {
        return new PolicyEngine(this, egress, tools, builtIns, limits, barred, regions, content);
    }

    /** Returns an engine for the same policy that also says what calls may not hold. */
    public PolicyEngine with(ContentRules looking) {
        return new PolicyEngine(this, egress, tools, builtIns, limits, barred, residency, looking);
    }

    /** Returns an engine for the same policy with what is in files now that groups rest on; all else is shared. */
    public PolicyEngine with(Map<FeedSource, Feed> now) {
        List<Limit> fresh = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            fresh.add(limit.with(limit.matcher().with(now)));
        }
        ContentRules freshContent = content == null ? null : content.with(now);
        return new PolicyEngine(this, egress.with(now), tools, builtIns, fresh, barred, residency, freshContent);
    }

    /** Returns the feeds that rules rest on. */
    public List<Feed> feeds() {
        Map<FeedSource, Feed> feeds = new LinkedHashMap<>();
        for (RuleMatcher matcher : egress.rules()) {
            collect(feeds, matcher);
        }
        for (Limit limit : limits) {
            collect(feeds, limit.matcher());
        }
        if (content != null) {
            for (ContentRule rule : content.rules()) {
                if (rule.requests() != null) {
                    collect(feeds, rule.requests());
                }
            }
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
            return new PolicyEngine(this, egress, tools, builtIns, limits, out, residency, content);
        }
        List<Limit> changed = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            changed.add(limit.with(limit.matcher().in(state.mode(limit.rule()))));
        }
        ContentRules inModes = content == null ? null : content.in(state);
        return new PolicyEngine(
                this, egress.in(state), tools.in(state), builtIns.of(policy), changed, out, residency, inModes);
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
            return builtIns.ofOwnTraffic(call);
        }
        Decision out = barred == null ? null : barred.of(call.agent());
        if (out != null) {
            Decision decision = out.denied() ? out : byRules(call);
            return decision.denied() ? decision : out;
        }
        return byRules(call);
    }

    private Decision byRules(Call call) {
        Decision decision = (call.via() == Via.TOOL ? tools : egress).decide(call, builtIns);
        Residency regions = residency;
        Address address = call.address();
        return regions == null || address == null || (Conditions.bit(call.via()) & CONNECTS) == 0
                ? decision
                : afterResidency(regions, decision, address);
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
        for (RuleMatcher matcher : egress.rules()) {
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
        return builtIns.of(rule);
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
        return Delegation.enter(agents, unattributed, builtIns, barred, from, to, entrance);
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
        return Tasks.start(tasks, builtIns, from == null ? unattributed : from, task, params, justification);
    }

    /** Returns what is recorded when a task ends. */
    public Decision taskEnded() {
        return Tasks.ended(builtIns);
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

    private static Precedent @Nullable [] precedents(List<RuleMatcher> rules) {
        List<Precedent> all = null;
        for (int i = 0; i < rules.size(); i++) {
            Terms terms = rules.get(i).terms();
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
        if (!Addresses.isPrivate(address) || builtIns.keepsPrivateAnswer(host, address)) {
            return true;
        }
        List<Destination> allowed = inside;
        if (allowed == null) {
            allowed = egress.inside(builtIns.mode());
            inside = allowed;
        }
        for (int i = 0; i < allowed.size(); i++) {
            if (allowed.get(i).admits(host, address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the policy's limits in order. What they make of a call depends on what was before it, so the engine does not
     * ask them.
     */
    public List<Limit> limits() {
        return limits;
    }

    /**
     * Returns what the policy says of what calls hold; null if it says nothing. Whoever knows what a call holds asks it, once
     * the call is allowed otherwise.
     */
    public @Nullable ContentRules content() {
        return content;
    }

    /** Returns whether a rule is one of those for content. */
    public boolean isOfContent(Rule rule) {
        return content != null && content.has(rule);
    }

    /** Returns the egress rules in order, without the built-in ones. */
    public List<Rule> egressRules() {
        return rules(egress.rules());
    }

    /** Returns the tool rules in order, without the built-in ones. */
    public List<Rule> toolRules() {
        return rules(tools.rules());
    }

    /** Returns the egress rules in order with what each asks of a call. */
    public List<RuleMatcher> egressMatchers() {
        return List.of(egress.rules());
    }

    /** Returns the tool rules in order with what each asks of a call. */
    public List<RuleMatcher> toolMatchers() {
        return List.of(tools.rules());
    }

    /** Returns the built-in rules: those that come before the policy's, then those that come after. */
    public List<Rule> builtInRules() {
        List<Rule> rules = new ArrayList<>();
        for (Decision before : builtIns.before()) {
            rules.add(before.rule());
        }
        for (Decision after : builtIns.after()) {
            rules.add(after.rule());
        }
        return rules;
    }

    /** Says of every rule in order what it makes of {@code call}, and why. Takes its time. */
    public List<RuleTrace> explain(Call call) {
        Decision decision = decide(call);
        List<RuleTrace> traces = explanation(call).traces(decision, limits);
        if (content == null) {
            return traces;
        }
        List<RuleTrace> all = new ArrayList<>(traces);
        List<RuleTrace> ofContent = content.explain(call, !decision.denied());
        for (RuleTrace trace : ofContent) {
            if (trace.decides()) {
                all.replaceAll(PolicyEngine::overruled);
            }
        }
        all.addAll(ofContent);
        return all;
    }

    /** Another rule, which comes after it, decides. */
    private static RuleTrace overruled(RuleTrace trace) {
        return trace.decides() ? new RuleTrace(trace.rule(), trace.match(), trace.why(), false) : trace;
    }

    /**
     * Says why {@code rule} decided {@code call}: what a denial's {@code why} line says. Builds strings.
     *
     * @return a clause such as {@code com.acme:metrics-sdk:4.2.1 is outside library list [com.shop:*]}
     */
    public String why(Rule rule, Call call) {
        return explanation(call).why(rule, residency, agents);
    }

    private Explanation explanation(Call call) {
        return new Explanation(call, (call.via() == Via.TOOL ? tools : egress).rules(), builtIns);
    }

    private static List<Rule> rules(RuleMatcher[] matchers) {
        List<Rule> rules = new ArrayList<>(matchers.length);
        for (RuleMatcher matcher : matchers) {
            rules.add(matcher.rule());
        }
        return rules;
    }
}
