package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.Entering;
import dev.sallyport.agent.attribution.GateCaller;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.audit.DecisionClock;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Event;
import dev.sallyport.agent.audit.Found;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.TraceSource;
import dev.sallyport.agent.weave.BodyWeave;
import dev.sallyport.agent.weave.LibraryGuards;
import dev.sallyport.agent.weave.OutcomeWeave;
import dev.sallyport.agent.weave.Weaver;
import dev.sallyport.agent.weave.WireWeave;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.content.Inspection;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.limit.Limits;
import java.io.FileDescriptor;
import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import jdk.internal.misc.VM;
import org.jspecify.annotations.Nullable;

/**
 * What the guards ask. Each question gathers who acts and whose code it is, has the policy decide, leaves the event for
 * the journal, and throws the denial of its kind if the answer is no. Safe on any thread; takes no lock.
 */
public final class Enforcement {

    /**
     * The policy in force: what was read, what was compiled from it, and what is used of its limits.
     *
     * @param limits null if it has none
     */
    public record Snapshot(
            Policy policy, PolicyEngine engine, @Nullable Limits limits) {

        /** A policy of whose limits nothing is known yet. */
        public Snapshot(Policy policy, PolicyEngine engine) {
            this(policy, engine, null);
        }

        /** Returns the same policy in force after another one. */
        private Snapshot after(@Nullable Snapshot before) {
            List<Limit> all = engine.limits();
            return all.isEmpty()
                    ? this
                    : new Snapshot(policy, engine, new Limits(all, before == null ? null : before.limits));
        }
    }

    /** Stops an agent for good. */
    public interface Killer {

        /**
         * Called on the thread whose call was refused, which it must not hold up.
         *
         * @param agent who is stopped
         * @param rule the rule that says so
         * @param decision the id of the refusal
         */
        void kill(String agent, Rule rule, String decision);
    }

    /** Seconds of the JVM's own clock, which nobody sets. */
    private static final class Seconds implements ResolvedNames.Clock {

        @Override
        public long seconds() {
            return System.nanoTime() / 1_000_000_000;
        }
    }

    private final AgentLog log;
    private final DecisionId.Source ids;
    private final TraceSource traces;
    private final ResolvedNames names = new ResolvedNames(new Seconds());
    private final OpenConnections connections = new OpenConnections();
    private final ProxiedTargets proxied = new ProxiedTargets();
    // These are made when the first asks, so that a start does not load what it does not use: any thread's is as good.
    private @Nullable NameQuestions nameQuestions;
    private @Nullable LocalExits localExits;
    private @Nullable ToolCalls toolCalls;
    /** Made for the first policy that has tasks. */
    private volatile @Nullable TaskCalls tasks;

    @SuppressWarnings("NullAway.Init") // set by open(), before the gate is armed
    private Journal journal;

    @SuppressWarnings("NullAway.Init")
    private volatile Snapshot snapshot;

    @SuppressWarnings("NullAway.Init")
    private Killer killer;

    /** Made for the first agent that sends datagrams. */
    private volatile @Nullable DatagramFlows flows;

    private volatile @Nullable WireBytes bytes;
    private volatile @Nullable Outcomes outcomes;
    private volatile @Nullable Answers answers;
    private @Nullable WireWeave wire;
    private @Nullable OutcomeWeave ends;
    private @Nullable Instrumentation instrumentation;
    private @Nullable LibraryGuards jdkClients;
    private @Nullable LibraryGuards libraryClients;
    private Weaver.@Nullable FailureListener broken;
    private @Nullable BodyWeave bodies;
    private volatile boolean looksIntoBodies;

    /** Creates an enforcement that has nothing to enforce before {@link #open}. */
    public Enforcement(DecisionId.Source ids, TraceSource traces, AgentLog log) {
        this.ids = ids;
        this.traces = traces;
        this.log = log;
    }

    /**
     * Gives it the first policy, the journal and who stops agents; called once, before the gate is armed.
     *
     * @param jvm weaves what only some policies need; null where nothing is woven
     */
    public void open(Snapshot first, Journal record, Killer stops, @Nullable Instrumentation jvm) {
        killer = stops;
        journal = record;
        instrumentation = jvm;
        Snapshot limited = first.after(null);
        arrange(limited);
        watchTasks(limited);
        snapshot = limited;
    }

    /**
     * Puts another policy in force, for every call that is decided from now on, and ends the connections that it does not
     * allow. Not for the application's threads.
     */
    public void enforce(Snapshot changed) {
        Snapshot next = changed.after(snapshot);
        arrange(next);
        watchTasks(next);
        snapshot = next;
        tasks().endThoseOfStopped(next);
        connections.decideAgain(opened -> denied(next, opened));
    }

    private void watchTasks(Snapshot next) {
        if (tasks == null && !next.policy().tasks().isEmpty()) {
            TaskCalls made = new TaskCalls(this, ids);
            made.watch();
            tasks = made;
        }
    }

    /** Returns what decides questions for names. */
    public NameQuestions names() {
        NameQuestions known = nameQuestions;
        if (known == null) {
            known = new NameQuestions(this, names);
            nameQuestions = known;
        }
        return known;
    }

    /** Returns what decides the exits that lead to no other machine by themselves. */
    public LocalExits local() {
        LocalExits known = localExits;
        if (known == null) {
            known = new LocalExits(this);
            localExits = known;
        }
        return known;
    }

    /** Returns what decides tool calls. */
    ToolCalls tools() {
        ToolCalls known = toolCalls;
        if (known == null) {
            known = new ToolCalls(this);
            toolCalls = known;
        }
        return known;
    }

    /** Returns what decides the starting of tasks. */
    TaskCalls tasks() {
        TaskCalls known = tasks;
        return known == null ? new TaskCalls(this, ids) : known;
    }

    /**
     * Decides, for a drill, what an agent would ask by a way out, and records it. Nothing is asked for.
     *
     * @return whether it is refused because the agent was stopped
     */
    public boolean stops(String agent, Via via) {
        Snapshot current = snapshot;
        Attribution nobody = Attribution.NOBODY;
        AgentContext context = AgentContext.entered(agent, null, null);
        Call call = new Call(
                GateEnforcer.stage(via), via, agent, nobody.library(), null, null, -1, null, "drill", around(context));
        Decision decision = decide(current, context, call);
        long now = VM.getNanoTimeAdjustment(0);
        DecisionId id = ids.next(now / 1_000_000);
        journal.offer(
                new Event(id, now, context, call, decision, current.policy(), nobody, null, null, traces.current()));
        return decision.denied() && decision.rule().id().equals(BuiltIn.KILL_SWITCH.id());
    }

    /** Loads what ending a connection needs, and what makes a long run's calls cheaper; ends none. */
    public void rehearse() {
        connections.rehearse();
        StackReader.prepare();
    }

    /** Returns a connection as one that {@code context} uses. */
    Call use(OpenConnections.Opened opened, @Nullable AgentContext context, Snapshot current) {
        Call call = opened.call();
        Attribution attribution = opened.attribution();
        return new Call(
                call.stage(),
                call.via(),
                agent(context, attribution, current),
                call.library(),
                call.host(),
                call.address(),
                call.port(),
                call.http(),
                call.target(),
                around(context));
    }

    private boolean denied(Snapshot current, OpenConnections.Opened opened) {
        Call now = use(opened, opened.context(), current);
        Decision decision = decision(current, opened.context(), now, opened.attribution());
        boolean stays = !current.policy().killSwitch().closesConnections()
                && decision.rule().id().equals(BuiltIn.KILL_SWITCH.id());
        return decision.denied()
                && !stays
                && record(current, opened.context(), now, decision, opened.attribution(), opened.claimed(), null)
                        != null;
    }

    /** Returns what was decided when a connection was opened; null if it is not known. */
    OpenConnections.@Nullable Opened opened(FileDescriptor descriptor) {
        return connections.get(descriptor);
    }

    /** Returns whether bytes are counted, and so matters who uses a connection. */
    public boolean countsBytes() {
        return bytes != null;
    }

    /** Hears for whom a client uses a connection from now on that it writes to and reads on threads of its own. */
    public void uses(FileDescriptor descriptor, AgentContext context) {
        OpenConnections.Opened opened = connections.get(descriptor);
        if (opened != null) {
            opened.user().set(context);
        }
    }

    /** Returns the sending of a datagram to where its socket is not connected to. */
    Call datagram(InetSocketAddress target) {
        InetAddress to = target.getAddress();
        Address address = InetAddresses.address(to);
        String claimed = InetAddresses.claimedName(to);
        String host = claimed == null ? null : HostNames.asked(claimed);
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        return new Call(
                Stage.CONNECT,
                Via.UDP,
                agent(context, attribution, snapshot),
                attribution.library(),
                host != null && names.sawResolve(host, address) ? host : null,
                address,
                target.getPort(),
                null,
                null,
                around(context));
    }

    /** Records what a limit decided of bytes; returns the denial if they may not pass. */
    @Nullable
    Denial bytes(
            Snapshot current,
            @Nullable AgentContext context,
            Call call,
            Decision decision,
            OpenConnections.@Nullable Opened opened) {
        Attribution attribution = opened == null ? StackReader.read().attribution() : opened.attribution();
        return record(current, context, call, decision, attribution, opened == null ? null : opened.claimed(), null);
    }

    /** Hears that bytes are about to pass, as {@link dev.sallyport.gate.Wire#moving} does. */
    void moving(int way, @Nullable Object end, @Nullable Object content, long address, int length)
            throws EgressDeniedException {
        WireBytes counting = bytes;
        if (counting != null) {
            counting.moving(way, end, content, address, length);
        }
    }

    /** Hears how many have passed, as {@link dev.sallyport.gate.Wire#moved} does. */
    void moved(int way, @Nullable Object end, long count) throws EgressDeniedException {
        WireBytes counting = bytes;
        if (counting != null) {
            counting.moved(way, end, count);
        }
    }

    /** Hears how a call ended, as {@link dev.sallyport.gate.Wire#outcome} does; from the JDK's methods alone. */
    void outcome(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {
        Outcomes hearing = outcomes;
        if (hearing != null && OutcomeWeave.isIn(GateCaller.get())) {
            hearing.hear(way, end, result, thrown);
        }
    }

    /** Notes that nobody heard how a call ended: a breaker is then as it was. */
    void unheard(Throwable failure) {
        log.failed("the end of a call", failure);
    }

    /**
     * Hears how a request ended that its client shows.
     *
     * @param context who made it
     * @param failed whether it failed by the fault of the far end
     */
    public void answered(@Nullable AgentContext context, Request request, boolean failed) {
        Snapshot current = snapshot;
        Limits limits = current.limits();
        Attribution attribution = request.attribution();
        if (limits != null) {
            Attribution known = attribution == null ? Attribution.NOBODY : attribution;
            long now = System.nanoTime();
            limits.ended(call(current, context, request, request.literal(), known), failed, now, now);
        }
    }

    /** Takes what knows the requests of the JDK's own client by its objects. */
    public void hearsFrom(Answers client) {
        answers = client;
    }

    /** Returns what knows the requests of the JDK's own client, null before that is used. */
    @Nullable
    Answers answers() {
        return answers;
    }

    /** Knows a client's requests by the client's objects. */
    public interface Answers {

        /**
         * Hears how a request ended.
         *
         * @param object the client's
         * @param failed whether it failed by the fault of the far end
         */
        void ended(Object object, boolean failed);
    }

    /** Has the JDK woven where bytes pass, or where calls end, if the policy limits them, and only then. */
    private void arrange(Snapshot next) {
        Limits limits = next.limits();
        Instrumentation jvm = instrumentation;
        if (jvm == null) {
            return;
        }
        boolean counts = limits != null && limits.countsBytes();
        if (counts != (bytes != null)) {
            WireWeave weave = wire == null ? new WireWeave() : wire;
            wire = weave;
            weave.stand(counts, jvm);
            bytes = counts ? new WireBytes(this) : null;
        }
        boolean watches = limits != null && limits.watchesOutcomes();
        if (watches != (outcomes != null)) {
            OutcomeWeave weave = ends == null ? new OutcomeWeave() : ends;
            ends = weave;
            weave.stand(watches, jvm);
            outcomes = watches ? new Outcomes(this) : null;
        }
        ContentRules content = next.engine().content();
        boolean looks = content != null && content.looksIntoRequests();
        if (looks != looksIntoBodies && jdkClients != null && libraryClients != null && broken != null) {
            BodyWeave weave = bodies == null ? new BodyWeave(jdkClients, libraryClients, broken) : bodies;
            bodies = weave;
            weave.stand(looks, jvm);
        }
        looksIntoBodies = looks;
    }

    /**
     * Takes the guards of clients, some of which stand where bodies are written while a policy looks into them; called before
     * {@link #open}.
     */
    public void clients(LibraryGuards ofJdk, LibraryGuards ofLibraries, Weaver.FailureListener listener) {
        jdkClients = ofJdk;
        libraryClients = ofLibraries;
        broken = listener;
    }

    /** Returns whether the policy looks into requests, so that it is worth to show their bodies. */
    public boolean looksIntoBodies() {
        return looksIntoBodies;
    }

    /**
     * Returns what looks into the body of a request that is about to be written.
     *
     * @param context who makes it
     * @return null if no rule wants to look into it
     */
    public @Nullable BodyScan body(@Nullable AgentContext context, Request request) {
        Snapshot current = snapshot;
        ContentRules content = current.engine().content();
        if (content == null || !content.looksIntoRequests()) {
            return null;
        }
        Attribution known = request.attribution();
        Attribution attribution = known == null ? StackReader.read().attribution() : known;
        Address[] addresses = request.host() == null ? null : names.addresses(request.host());
        Address address = addresses == null ? request.literal() : addresses[0];
        Call call = call(current, context, request, address, attribution);
        Inspection inspection = content.of(call);
        return inspection == null ? null : new BodyScan(this, current, context, attribution, call, inspection);
    }

    /** Notes that a connection is open, unless the policy has changed meanwhile and no longer allows it. */
    @SuppressWarnings("ReferenceEquality") // it is the same snapshot until one is swapped in
    void opens(
            @Nullable FileDescriptor descriptor,
            Snapshot decidedBy,
            Call call,
            @Nullable AgentContext context,
            Attribution attribution,
            @Nullable String claimed)
            throws EgressDeniedException {
        if (descriptor == null) {
            return;
        }
        connections.opens(descriptor, OpenConnections.Opened.of(call, context, attribution, claimed));
        Snapshot current = snapshot;
        if (current != decidedBy) {
            Decision decision = decision(current, context, call, attribution);
            Denial denial = record(current, context, call, decision, attribution, claimed, null);
            if (denial != null) {
                throw new EgressDeniedException(denial);
            }
        }
    }

    /** Hears that the JDK is about to close a connection. */
    public void closes(FileDescriptor descriptor) {
        connections.closes(descriptor);
    }

    /** The same by the system's number of it. */
    public void closes(int number) {
        connections.closes(number);
    }

    /** Returns the policy in force. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Decides a connect whose connection is not decided again when the policy changes. */
    public void connect(InetAddress target, int port) throws EgressDeniedException {
        connect(target, port, null);
    }

    /**
     * Decides a TCP connect, or a UDP one, which the JDK sends through the same method.
     *
     * @param descriptor the system's descriptor of the socket
     */
    public void connect(InetAddress target, int port, @Nullable FileDescriptor descriptor)
            throws EgressDeniedException {
        AgentContext context = CurrentAgent.get();
        Request request = requestOf(context);
        StackReader.Reading reading = StackReader.read();
        Attribution known = knownAttribution(context, request);
        Attribution attribution = known == null ? reading.attribution() : known;
        Via via = reading.datagram() ? Via.UDP : Via.TCP;
        decideAddress(
                context, isOfClient(context, reading) ? request : null, attribution, via, target, port, descriptor);
    }

    /** Decides a connect that a library makes by native code of its own. */
    public void nativeConnect(InetAddress target, int port, Via via) throws EgressDeniedException {
        AgentContext context = CurrentAgent.get();
        Request request = requestOf(context);
        StackReader.Reading reading = StackReader.read();
        Attribution known = knownAttribution(context, request);
        Attribution attribution = known == null ? reading.attribution() : known;
        decideAddress(context, isOfClient(context, reading) ? request : null, attribution, via, target, port, null);
    }

    /**
     * Decides the target that a socket asks a proxy for. If the proxy shall resolve its name, no address is ever known
     * here; the hop to the proxy is decided as a connect of its own.
     */
    public void connectBehindProxy(InetSocketAddress target) throws EgressDeniedException {
        if (target.getAddress() != null) {
            connect(target.getAddress(), target.getPort());
            return;
        }
        connectBehindProxy(CurrentAgent.get(), null, target);
    }

    /**
     * The same for a target whose name the proxy resolves, on a thread that does not show who asks.
     *
     * @param ofCaller whose code asks; null if the stack of the thread tells
     */
    public void connectBehindProxy(
            @Nullable AgentContext context, @Nullable Attribution ofCaller, InetSocketAddress target)
            throws EgressDeniedException {
        Request request = requestOf(context);
        StackReader.Reading reading = StackReader.read();
        Attribution known = ofCaller == null ? knownAttribution(context, request) : ofCaller;
        Attribution attribution = known == null ? reading.attribution() : known;
        String host = HostNames.asked(target.getHostString());
        Address literal = Addresses.parse(host);
        boolean itsTarget = request != null
                && isOfClient(context, reading)
                && request.port() == target.getPort()
                && host.equals(request.host());
        Request ofRequest = itsTarget ? request : null;
        Snapshot current = snapshot;
        Call call = new Call(
                Stage.CONNECT,
                Via.TCP,
                agent(context, attribution, current),
                attribution.library(),
                literal == null ? host : null,
                literal,
                target.getPort(),
                ofRequest == null ? null : ofRequest.facts(),
                null,
                around(context));
        Denial denial = decide(current, context, call, attribution, null, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Decides a datagram to an address that its channel is not connected to. */
    public void send(InetAddress target, int port) throws EgressDeniedException {
        AgentContext context = CurrentAgent.get();
        decideAddress(context, null, StackReader.read().attribution(), Via.UDP, target, port, null);
    }

    /**
     * The same for a socket that is known. What an agent sends from it again within a second is counted and not decided anew,
     * where nothing can have changed meanwhile but what the policy says, which is looked at.
     */
    public void send(Object socket, InetAddress target, int port) throws EgressDeniedException {
        AgentContext context = CurrentAgent.get();
        Snapshot current = snapshot;
        // Limits count each; agents that are stopped or run out, and tasks, can end at any time.
        if (context == null
                || context.agent() == null
                || context.task() != null
                || current.limits() != null
                || current.engine().barsAnybody()) {
            send(target, port);
            return;
        }
        Address address = InetAddresses.address(target);
        DatagramFlows sending = flows;
        if (sending != null && sending.sentAgain(socket, current, context, address, port)) {
            return;
        }
        Attribution attribution = StackReader.read().attribution();
        String host = nameOf(target);
        String claimed = host == null ? InetAddresses.claimedName(target) : null;
        String agent = agent(context, attribution, current);
        Library library = attribution.library();
        Circumstances around = around(context);
        Call call = new Call(Stage.CONNECT, Via.UDP, agent, library, host, address, port, null, null, around);
        Decision decision = decision(current, context, call, attribution);
        Denial denial = record(current, context, call, decision, attribution, claimed, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
        flows().allowed(socket, new DatagramFlows.Flow(current, context, call, decision, attribution, claimed));
    }

    private synchronized DatagramFlows flows() {
        DatagramFlows known = flows;
        if (known == null) {
            known = new DatagramFlows(this::sentAgain);
            known.start();
            flows = known;
        }
        return known;
    }

    private void sentAgain(DatagramFlows.Flow flow, long count) {
        long now = VM.getNanoTimeAdjustment(0);
        Event event = new Event(
                ids.next(now / 1_000_000),
                now,
                flow.context(),
                flow.call(),
                flow.decision(),
                flow.decidedBy().policy(),
                flow.attribution(),
                flow.claimed(),
                null,
                null);
        String region = flow.decidedBy().engine().region(flow.call());
        journal.offer((region == null ? event : event.in(region)).times(count));
    }

    private void decideAddress(
            @Nullable AgentContext context,
            @Nullable Request request,
            Attribution attribution,
            Via via,
            InetAddress target,
            int port,
            @Nullable FileDescriptor descriptor)
            throws EgressDeniedException {
        Snapshot current = snapshot;
        Address address = InetAddresses.address(target);
        String claimed = InetAddresses.claimedName(target);
        String host = claimed == null ? null : HostNames.asked(claimed);
        boolean seen = host != null && (names.sawResolve(host, address) || isLoopbackName(host, address));
        Request ofRequest = request != null && isTargetOf(request, host, address, port) ? request : null;
        if (request != null && ofRequest == null) {
            throughProxy(current, context, request, attribution);
        }
        Call call = new Call(
                Stage.CONNECT,
                via,
                agent(context, attribution, current),
                attribution.library(),
                seen ? host : null,
                address,
                port,
                ofRequest == null ? null : ofRequest.facts(),
                null,
                around(context));
        Denial denial = decide(current, context, call, attribution, seen ? null : claimed, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
        opens(descriptor, current, call, context, attribution, seen ? null : claimed);
    }

    /**
     * Decides a request whose client connects to another place than its target: to a proxy, so that the address of its target
     * will never be known here. A rule of addresses then does not allow it.
     */
    private void throughProxy(
            Snapshot current, @Nullable AgentContext context, Request request, Attribution attribution)
            throws EgressDeniedException {
        if (request.host() == null) {
            return;
        }
        proxied.add(request);
        // A method that may still change is decided where the request is written.
        if (request.facts().method() == null) {
            return;
        }
        Call call = call(current, context, request, null, attribution);
        Decision decision = byName(current, context, call, attribution);
        Denial denial = decision.denied() ? record(current, context, call, decision, attribution, null, null) : null;
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Decides a request of whose target no more than the name will be known. */
    private static Decision byName(
            Snapshot current, @Nullable AgentContext context, Call call, Attribution attribution) {
        Decision decision = decision(current, context, call, attribution);
        return decision.provisional() ? current.engine().builtIn(BuiltIn.DEFAULT_DENY) : decision;
    }

    /** Returns the name that an address was made with, if this JVM saw that name resolve to it; else null. */
    public @Nullable String nameOf(InetAddress target) {
        Address address = InetAddresses.address(target);
        String claimed = InetAddresses.claimedName(target);
        String host = claimed == null ? null : HostNames.asked(claimed);
        return host != null && (names.sawResolve(host, address) || isLoopbackName(host, address)) ? host : null;
    }

    /** {@link InetAddress#getLoopbackAddress()} has its name by construction, not by resolution. */
    private static boolean isLoopbackName(String host, Address address) {
        return host.equals("localhost") && address.equals(InetAddresses.address(InetAddress.getLoopbackAddress()));
    }

    private static boolean isTargetOf(Request request, @Nullable String host, Address address, int port) {
        if (request.port() != port) {
            return false;
        }
        if (request.host() != null) {
            return request.host().equals(host);
        }
        return request.literal() != null && request.literal().equals(address);
    }

    static Call call(
            Snapshot current,
            @Nullable AgentContext context,
            Stage stage,
            Via via,
            String target,
            Attribution attribution) {
        String agent = agent(context, attribution, current);
        return new Call(stage, via, agent, attribution.library(), null, null, -1, null, target, around(context));
    }

    /**
     * Decides an HTTP request as it is about to be written, on whatever connection.
     *
     * @param context who makes it, as the caller's thread knew
     * @return null if it may be sent
     */
    public @Nullable Denial http(@Nullable AgentContext context, Request request) {
        return http(context, request, false, true);
    }

    /**
     * Decides what may become of a request that is counted already.
     *
     * @return null if it may be sent
     */
    public @Nullable Denial httpAgain(@Nullable AgentContext context, Request request) {
        return http(context, request, false, false);
    }

    /**
     * Decides the request that a server may take another one for: no connect to its host will come that could decide what
     * is left open here, so an address that is not known now counts as one that no rule names.
     *
     * @return null if it may be sent
     */
    public @Nullable Denial httpUnderAnotherName(@Nullable AgentContext context, Request request) {
        return http(context, request, true, false);
    }

    private @Nullable Denial http(@Nullable AgentContext context, Request request, boolean last, boolean counted) {
        Snapshot current = snapshot;
        Attribution attribution = request.attribution();
        if (attribution == null) {
            attribution = StackReader.read().attribution();
        }
        Address[] known = request.host() == null ? null : names.addresses(request.host());
        Call call = call(current, context, request, known == null ? request.literal() : known[0], attribution);
        Decision decision = decision(current, context, call, attribution);
        // Which of several an open connection has is not known here, so the request must be allowed to each.
        for (int i = 1; known != null && i < known.length && !decision.denied(); i++) {
            call = call(current, context, request, known[i], attribution);
            decision = decision(current, context, call, attribution);
        }
        if (last && decision.provisional()) {
            decision = current.engine().builtIn(BuiltIn.DEFAULT_DENY);
        }
        // A pool may have a connection to the proxy that somebody else was allowed: then no connect comes either.
        if (!decision.denied() && request.host() != null && (request.proxied() || proxied.contains(request))) {
            call = call(current, context, request, null, attribution);
            decision = byName(current, context, call, attribution);
        }
        ContentRules content = current.engine().content();
        ContentChecks.Checked checked =
                content == null || decision.denied() ? null : ContentChecks.request(content, call, decision, request);
        if (checked != null) {
            decision = checked.decision();
        }
        if (counted) {
            decision = limited(current, call, decision);
            Outcomes hearing = outcomes;
            if (hearing != null) {
                hearing.asks(call);
            }
        }
        Found found = checked == null ? null : checked.found();
        return record(current, context, call, decision, attribution, null, found);
    }

    private static Call call(
            Snapshot current,
            @Nullable AgentContext context,
            Request request,
            @Nullable Address address,
            Attribution attribution) {
        return new Call(
                Stage.HTTP,
                Via.HTTP,
                agent(context, attribution, current),
                attribution.library(),
                request.host(),
                address,
                request.port(),
                request.facts(),
                null,
                around(context));
    }

    static @Nullable Circumstances around(@Nullable AgentContext context) {
        return context == null || (context.subject() == null && context.task() == null)
                ? null
                : new CallCircumstances(context, null);
    }

    /**
     * Decides the entering of an agent; returns null if it may be entered. From outside any agent it matters whose code enters
     * it, and inside one too where that code says for whom: what a rule lets a subject do is a right like an agent's.
     *
     * @param subject whom the agent shall act for, null for the one that the calling thread acts for
     */
    public @Nullable Denial delegation(@Nullable AgentContext context, String agent, @Nullable String subject) {
        Snapshot current = snapshot;
        String from = context == null ? null : context.agent();
        boolean outside = from == null && !agent.equals(current.policy().unattributed());
        boolean names = subject != null && !subject.equals(context == null ? null : context.subject());
        Entering entering = outside || names ? Entering.read() : null;
        Attribution attribution = entering == null ? StackReader.read().attribution() : entering.attribution();
        Call call = call(current, context, Stage.DELEGATION, Via.TOOL, agent, attribution);
        Decision barred = current.engine().barsAnybody() ? barred(current.engine(), context) : null;
        Decision decision = barred == null
                ? current.engine().enterAgent(from, agent, entering == null ? null : entering.entrance())
                : barred;
        return record(current, context, call, decision, attribution, null, null);
    }

    /**
     * Returns whether the policy knows an agent by the name that a framework has for it. If not, that the acting agent
     * stays is recorded.
     */
    public boolean knowsAgent(@Nullable AgentContext context, String agent) {
        Snapshot current = snapshot;
        if (current.policy().agents().containsKey(agent)) {
            return true;
        }
        Attribution attribution = StackReader.read().attribution();
        Call call = call(current, context, Stage.DELEGATION, Via.TOOL, agent, attribution);
        Decision decision = current.engine().builtIn(BuiltIn.FRAMEWORK_AGENT);
        record(current, context, call, decision, attribution, null, null);
        return false;
    }

    @Nullable
    Denial decide(
            Snapshot current,
            @Nullable AgentContext context,
            Call call,
            Attribution attribution,
            @Nullable String claimed,
            @Nullable Object arguments) {
        Decision decision = limited(current, call, decision(current, context, call, attribution));
        return record(current, context, call, decision, attribution, claimed, arguments);
    }

    /** Has it recorded how a tool call ended. */
    void toolEnded(DecisionId of, AgentContext tool, @Nullable String error, long nanos) {
        journal.ended(of, snapshot.policy(), tool, error, nanos);
    }

    /** Has an allowed call use up what the policy's limits give it. */
    static Decision limited(Snapshot current, Call call, Decision decision) {
        Limits limits = current.limits();
        return limits == null ? decision : limits.charge(call, decision, System.nanoTime());
    }

    static Decision decision(Snapshot current, @Nullable AgentContext context, Call call, Attribution attribution) {
        Decision decision = decide(current, context, call);
        boolean nobody =
                attribution.origin() == Attribution.Origin.NONE && (context == null || context.agent() == null);
        boolean anybodyMay = decision.rule().id().equals(BuiltIn.LOOPBACK_NAMES.id());
        return nobody && !decision.denied() && !anybodyMay ? current.engine().builtIn(BuiltIn.NO_IDENTITY) : decision;
    }

    /** An agent that acts for one that was stopped is stopped with it. */
    static Decision decide(Snapshot current, @Nullable AgentContext context, Call call) {
        PolicyEngine engine = current.engine();
        Decision barred =
                engine.barsAnybody() && !call.agent().equals(PolicyEngine.OWN_AGENT) ? barred(engine, context) : null;
        return barred == null ? engine.decide(call) : barred;
    }

    static @Nullable Decision barred(PolicyEngine engine, @Nullable AgentContext context) {
        for (AgentContext acting = context; acting != null; acting = acting.caller()) {
            String agent = acting.agent();
            Decision barred = agent == null ? null : engine.barred(agent);
            if (barred != null && barred.denied()) {
                return barred;
            }
        }
        return null;
    }

    @Nullable
    Denial record(
            Snapshot current,
            @Nullable AgentContext context,
            Call call,
            Decision decision,
            Attribution attribution,
            @Nullable String claimed,
            @Nullable Object arguments) {
        long now = VM.getNanoTimeAdjustment(0);
        Event event = new Event(
                ids.next(now / 1_000_000),
                now,
                context,
                call,
                decision,
                current.policy(),
                attribution,
                claimed,
                arguments,
                traces.current());
        String region = current.engine().region(call);
        if (region != null) {
            event = event.in(region);
        }
        if (DecisionClock.runs()) {
            event = event.after(DecisionClock.took());
        }
        if (!journal.offer(event) && !decision.denied()) {
            Decision full = current.engine().builtIn(BuiltIn.JOURNAL_FULL);
            if (full.denied()) {
                Event unrecorded = new Event(
                        event.id(),
                        now,
                        context,
                        call,
                        full,
                        current.policy(),
                        attribution,
                        claimed,
                        null,
                        event.trace());
                return refuse(current, unrecorded);
            }
        }
        if (context != null
                && call.stage() == Stage.TOOL
                && !decision.denied()
                && current.policy().audit().outcomes()) {
            ToolCalls.recorded(context, event.id());
        }
        if (decision.denied()) {
            if (decision.rule().kills()) {
                killer.kill(call.agent(), decision.rule(), event.id().toString());
            }
            return refuse(current, event);
        }
        return null;
    }

    private Denial refuse(Snapshot current, Event event) {
        Rule rule = event.decision().rule();
        Limits limits = current.limits();
        String why = limits == null ? null : limits.why(rule, event.call(), System.nanoTime());
        if (why == null
                && event.arguments() instanceof Found found
                && current.engine().isOfContent(rule)) {
            why = found.words();
        }
        Denial denial = Denials.of(event, why == null ? current.engine().why(rule, event.call()) : why);
        log.denied(denial);
        AgentContext context = event.context();
        if (context != null) {
            context.refused(denial);
        }
        return denial;
    }

    /**
     * Decides a call whose guard failed: what {@code onError} says becomes of it. Throws nothing, whatever failed.
     *
     * @param where the guard's name
     * @param stage the step at which it failed
     * @param via the way out that it decides
     * @return null if the call may happen
     */
    @Nullable
    Denial failed(String where, Stage stage, Via via, Throwable failure) {
        Snapshot current = snapshot;
        Decision decision = current.engine().builtIn(BuiltIn.ON_ERROR);
        try {
            log.failed(where, failure);
            AgentContext context = CurrentAgent.get();
            Call call = call(current, context, stage, via, where, Attribution.NOBODY);
            return record(current, context, call, decision, Attribution.NOBODY, null, null);
        } catch (Throwable again) {
            return decision.denied() ? unrecorded(current, decision, where, stage) : null;
        }
    }

    /** The denial of a call at which nothing works any more, such as at the end of the stack. */
    private static Denial unrecorded(Snapshot current, Decision decision, String where, Stage stage) {
        String rule = decision.rule().id();
        String policy = current.policy().label();
        String text = "DENIED at " + where + " by " + rule + ": the gate failed, and so did the record of it";
        return new Denial("unrecorded", rule, policy, stage.label(), "?", where, text, null);
    }

    /** Whether the client itself connects for its request, and not somebody whom it has called meanwhile. */
    private static boolean isOfClient(@Nullable AgentContext context, StackReader.Reading reading) {
        if (reading.ofHttpClient()) {
            return true;
        }
        Class<?> innermost = reading.innermost();
        return innermost != null
                && context != null
                && context.request() instanceof RequestSource source
                && source.connects(innermost);
    }

    static @Nullable Request requestOf(@Nullable AgentContext context) {
        Object request = context == null ? null : context.request();
        if (request instanceof RequestSource source) {
            return source.request();
        }
        return (Request) request;
    }

    static @Nullable Attribution knownAttribution(@Nullable AgentContext context, @Nullable Request request) {
        if (request != null) {
            return request.attribution();
        }
        return context != null && context.request() instanceof RequestSource source ? source.attribution() : null;
    }

    static String agent(@Nullable AgentContext context, Attribution attribution, Snapshot current) {
        if (attribution.origin() == Attribution.Origin.OWN) {
            return PolicyEngine.OWN_AGENT;
        }
        String agent = context == null ? null : context.agent();
        return agent == null ? current.policy().unattributed() : agent;
    }
}
