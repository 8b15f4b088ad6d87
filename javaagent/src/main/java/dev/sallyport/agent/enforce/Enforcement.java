package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.InternalsDeniedException;
import dev.sallyport.NameDeniedException;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.ProcessDeniedException;
import dev.sallyport.TaskDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.Entering;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Event;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.TraceSource;
import dev.sallyport.agent.weave.OutcomeWeave;
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
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.condition.PastCall;
import dev.sallyport.policy.condition.PastCalls;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.limit.Limits;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
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

    /** Stands where a tool call was kept whose end has been told of. */
    private static final Object TOLD = new Object();

    private static final String OVER = "its time is over";

    /** Seconds of the JVM's own clock, which nobody sets. */
    private static final class Seconds implements ResolvedNames.Clock {

        @Override
        public long seconds() {
            return System.nanoTime() / 1_000_000_000;
        }
    }

    private static final String JVM_SOCKET = ".java_pid";

    private final AgentLog log;
    private final DecisionId.Source ids;
    private final TraceSource traces;
    private final ResolvedNames names = new ResolvedNames(new Seconds());
    private final OpenConnections connections = new OpenConnections();
    /** Made for the first policy that has tasks. */
    private volatile @Nullable RunningTasks tasks;

    @SuppressWarnings("NullAway.Init") // set by open(), before the gate is armed
    private Journal journal;

    @SuppressWarnings("NullAway.Init")
    private volatile Snapshot snapshot;

    @SuppressWarnings("NullAway.Init")
    private Killer killer;

    private volatile @Nullable WireBytes bytes;
    private volatile @Nullable Outcomes outcomes;
    private volatile @Nullable Answers answers;
    private @Nullable WireWeave wire;
    private @Nullable OutcomeWeave ends;
    private @Nullable Instrumentation instrumentation;

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
        snapshot = limited;
        watchTasks(limited);
    }

    /**
     * Puts another policy in force, for every call that is decided from now on, and ends the connections that it does not
     * allow. Not for the application's threads.
     */
    public void enforce(Snapshot changed) {
        Snapshot next = changed.after(snapshot);
        arrange(next);
        snapshot = next;
        watchTasks(next);
        endTasksOfStopped(next);
        connections.decideAgain(opened -> denied(next, opened));
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

    /** Loads what ending a connection needs; ends none. */
    public void rehearse() {
        connections.rehearse();
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

    /** Hears how a call ended, as {@link dev.sallyport.gate.Wire#outcome} does. */
    void outcome(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {
        Outcomes hearing = outcomes;
        if (hearing != null) {
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
    }

    /** Notes that a connection is open, unless the policy has changed meanwhile and no longer allows it. */
    @SuppressWarnings("ReferenceEquality") // it is the same snapshot until one is swapped in
    private void opens(
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
        AgentContext context = CurrentAgent.get();
        Request request = requestOf(context);
        StackReader.Reading reading = StackReader.read();
        Attribution known = knownAttribution(context, request);
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

    /**
     * Decides whether a name may be asked for, before any cache is looked at, so that a refusal for one agent does not
     * end up in the JDK's cache of failures for all.
     */
    public void ask(String host) throws NameDeniedException {
        decideName(host, false);
    }

    /** Decides a question that goes to the name service now, and has it recorded. */
    public void question(String host) throws NameDeniedException {
        decideName(host, true);
    }

    private void decideName(String asked, boolean recorded) throws NameDeniedException {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Request request = requestOf(context);
        Attribution known = knownAttribution(context, request);
        Attribution attribution = known == null ? StackReader.read().attribution() : known;
        String host = HostNames.asked(asked);
        Call call = new Call(
                Stage.NAME,
                Via.DNS,
                agent(context, attribution, current),
                attribution.library(),
                host,
                null,
                request != null && host.equals(request.host()) ? request.port() : -1,
                request != null && host.equals(request.host()) ? request.facts() : null,
                null,
                around(context));
        Decision decision = decision(current, context, call, attribution);
        if (!recorded && !decision.denied()) {
            return;
        }
        if (recorded) {
            decision = limited(current, call, decision);
        }
        Denial denial = record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new NameDeniedException(denial);
        }
    }

    /** Notes what a name resolved to and drops the answers that a public name must not have. */
    public InetAddress[] answer(String asked, InetAddress[] answer) throws UnknownHostException {
        Snapshot current = snapshot;
        String host = HostNames.asked(asked);
        Address[] addresses = new Address[answer.length];
        InetAddress[] kept = new InetAddress[answer.length];
        int count = 0;
        for (InetAddress each : answer) {
            Address address = InetAddresses.address(each);
            if (current.engine().keepsPrivateAnswer(host, address)) {
                addresses[count] = address;
                kept[count++] = each;
            }
        }
        if (count == answer.length) {
            names.saw(host, addresses);
            return answer;
        }
        Denial denial = refuseAnswer(current, host, answer);
        if (denial == null) {
            for (int i = 0; i < answer.length; i++) {
                addresses[i] = InetAddresses.address(answer[i]);
            }
            names.saw(host, addresses);
            return answer;
        }
        if (count == 0) {
            throw new NameDeniedException(denial);
        }
        names.saw(host, java.util.Arrays.copyOf(addresses, count));
        return java.util.Arrays.copyOf(kept, count);
    }

    /** Notes what a name is answered with from the JDK's cache. */
    public void answeredAgain(String asked, InetAddress[] answer) {
        Address[] addresses = new Address[answer.length];
        for (int i = 0; i < answer.length; i++) {
            addresses[i] = InetAddresses.address(answer[i]);
        }
        names.saw(HostNames.asked(asked), addresses);
    }

    /**
     * Decides whether answers shall come from a resolver that the application brings: whoever answers for every name decides
     * what rules for names mean. So only a rule that names its library, and allows it to ask for every name, admits it. It
     * will answer everybody, so it is decided as code outside any agent, whoever is the first to ask.
     *
     * @param resolver the resolver's class
     * @return whether it may answer
     */
    public boolean mayResolve(Class<?> resolver) {
        Snapshot current = snapshot;
        Attribution attribution = StackReader.of(resolver);
        String agent = agent(null, attribution, current);
        Call call =
                new Call(Stage.NAME, Via.DNS, agent, attribution.library(), null, null, -1, null, resolver.getName());
        Decision decision = current.engine().decide(call);
        if (!decision.denied() && !current.engine().namesLibrary(decision)) {
            decision = current.engine().builtIn(BuiltIn.DEFAULT_DENY);
        }
        return record(current, null, call, decision, attribution, null, null) == null;
    }

    private @Nullable Denial refuseAnswer(Snapshot current, String host, InetAddress[] answer) {
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Address bad = null;
        for (InetAddress each : answer) {
            Address address = InetAddresses.address(each);
            if (!current.engine().keepsPrivateAnswer(host, address)) {
                bad = address;
            }
        }
        Call call = new Call(
                Stage.NAME,
                Via.DNS,
                agent(context, attribution, current),
                attribution.library(),
                host,
                bad,
                -1,
                null,
                null,
                around(context));
        return record(current, context, call, current.engine().builtIn(BuiltIn.REBINDING), attribution, null, null);
    }

    /**
     * Decides the question for the name of an address. It carries the address to whoever serves that part of the reverse
     * tree, so it is decided as a question for the name in that tree, and for rules of addresses as what it asks about.
     *
     * @param asked 4 or 16 bytes in network order
     */
    public void reverseQuestion(byte[] asked) throws NameDeniedException {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Address address = Addresses.of(asked);
        Call call = new Call(
                Stage.NAME,
                Via.DNS,
                agent(context, attribution, current),
                attribution.library(),
                Addresses.reverseName(address),
                address,
                -1,
                null,
                null,
                around(context));
        Denial denial = decide(current, context, call, attribution, null, null);
        if (denial != null) {
            throw new NameDeniedException(denial);
        }
    }

    /**
     * Decides the waiting for connections.
     *
     * @param local the address at which, null or the wildcard for all of the machine's
     * @param port the port, 0 if the system shall pick one
     */
    public void listen(@Nullable InetAddress local, int port) throws EgressDeniedException {
        Address address = local == null || local.isAnyLocalAddress() ? Address.ofIpv4(0) : InetAddresses.address(local);
        listen(address, port, null);
    }

    /** Decides the waiting for connections to a Unix socket, which only rules for everywhere match. */
    public void listen(String path) throws EgressDeniedException {
        listen(null, -1, path);
    }

    private void listen(@Nullable Address address, int port, @Nullable String path) throws EgressDeniedException {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        String agent = agent(context, attribution, current);
        Call call = new Call(
                Stage.LISTEN,
                Via.LISTEN,
                agent,
                attribution.library(),
                null,
                address,
                port,
                null,
                path,
                around(context));
        // The JVM's own management port is opened by nobody's code and for no agent: what the policy says counts there
        // too.
        Decision decision = decide(current, context, call);
        Denial denial = record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Decides the attaching to a JVM, or the loading of an agent into this one.
     *
     * @param target the process id, or the command that loads an agent
     * @param words the whole command, for the record; null where there is none
     */
    public void attach(String target, String @Nullable [] words) throws EgressDeniedException {
        Denial denial =
                local(Stage.ATTACH, Via.ATTACH, target, StackReader.read().attribution(), words);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Decides the loading of a Java agent into this JVM. It is the JVM's own thread that loads it, so that nobody's code
     * stands behind it: what the policy says counts.
     *
     * @param agentClass the name of its class
     */
    public void lateAgent(String agentClass) throws EgressDeniedException {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Call call = call(current, context, Stage.ATTACH, Via.ATTACH, agentClass, attribution);
        Denial denial = record(current, context, call, decide(current, context, call), attribution, null, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Refuses the reaching for what the gate, or an access check of the JDK, rests on.
     *
     * @param what a class or a member of one
     */
    public void internals(String what) {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Call call = call(current, context, Stage.NATIVE, Via.NATIVE, what, attribution);
        Decision decision = current.engine().builtIn(BuiltIn.INTERNALS);
        Denial denial = record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new InternalsDeniedException(denial);
        }
    }

    /** Decides a connect to a Unix socket whose connection is not decided again when the policy changes. */
    public void unix(String path) throws EgressDeniedException {
        unix(path, null);
    }

    /**
     * Decides a connect to a Unix socket.
     *
     * @param descriptor the system's descriptor of the socket
     */
    public void unix(String path, @Nullable FileDescriptor descriptor) throws EgressDeniedException {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Denial denial = local(Stage.UNIX, Via.UNIX, path, attribution, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
        attachBySocket(real(path));
        opens(
                descriptor,
                current,
                call(current, context, Stage.UNIX, Via.UNIX, path, attribution),
                context,
                attribution,
                null);
    }

    /** Behind such a socket a JVM listens for what an attached tool tells it: to load an agent, for one. */
    private void attachBySocket(String path) throws EgressDeniedException {
        int name = path.lastIndexOf(File.separatorChar) + 1;
        if (path.startsWith(JVM_SOCKET, name)) {
            attach(path.substring(name + JVM_SOCKET.length()), null);
        }
    }

    /**
     * Decides the start of a process.
     *
     * @param path the program, absolute where it could be found
     * @param command the whole command, for the record
     */
    public void process(String path, String[] command) throws ProcessDeniedException {
        Denial denial =
                local(Stage.PROCESS, Via.PROCESS, path, StackReader.read().attribution(), command);
        if (denial != null) {
            throw new ProcessDeniedException(denial);
        }
    }

    /**
     * Decides the loading of a native library.
     *
     * @param caller the class that loads it
     * @param library a file or a library name
     */
    public void load(Class<?> caller, String library) {
        Attribution attribution = StackReader.of(caller);
        nativeCode(library, attribution, attribution.origin() == Attribution.Origin.NONE);
    }

    /**
     * Decides what leads to native code without telling whose code asked: a library opened for its symbols, a function
     * linked by its address.
     *
     * @param target a file, a library's name, or what is linked
     * @param calledBy the JDK's classes that may stand between that method and the code that asked, as prefixes of names
     */
    public void nativeCode(String target, String... calledBy) {
        boolean ofJdk = StackReader.isCalledByJdk(calledBy);
        nativeCode(target, ofJdk ? Attribution.NOBODY : StackReader.read().attribution(), ofJdk);
    }

    private void nativeCode(String library, Attribution attribution, boolean ofJdk) {
        Snapshot current = snapshot;
        if (ofJdk) {
            Call call = call(current, null, Stage.NATIVE, Via.NATIVE, library, attribution);
            record(current, null, call, current.engine().builtIn(BuiltIn.JDK_LIBRARIES), attribution, null, null);
            return;
        }
        Denial denial = local(Stage.NATIVE, Via.NATIVE, library, attribution, null);
        if (denial != null) {
            throw new NativeDeniedException(denial);
        }
    }

    /** A rule that denies a file denies it under each name that leads there by links. */
    private @Nullable Denial local(
            Stage stage, Via via, String target, Attribution attribution, @Nullable Object arguments) {
        Snapshot current = snapshot;
        AgentContext context = CurrentAgent.get();
        Call call = call(current, context, stage, via, target, attribution);
        Decision decision = decision(current, context, call, attribution);
        String real = decision.denied() ? target : real(target);
        if (!real.equals(target)) {
            Call ofReal = call(current, context, stage, via, real, attribution);
            Decision decided = current.engine().decide(ofReal);
            if (decided.denied() && current.engine().byRule(decided)) {
                call = ofReal;
                decision = decided;
            }
        }
        decision = limited(current, call, decision);
        return record(current, context, call, decision, attribution, null, arguments);
    }

    /** Returns where all links of a path lead; what is no path, or leads nowhere, as it is. */
    private static String real(String target) {
        if (!target.startsWith(File.separator)) {
            return target;
        }
        try {
            return Path.of(target).toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return target;
        }
    }

    private static Call call(
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
        if (counted) {
            decision = limited(current, call, decision);
            Outcomes hearing = outcomes;
            if (hearing != null) {
                hearing.asks(call);
            }
        }
        return record(current, context, call, decision, attribution, null, null);
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

    /**
     * Decides a tool call.
     *
     * @param tool the context that it would run in: what a refusal says may reach the model, as whatever is refused inside
     * @param arguments a JSON text, or a map
     * @return null if it may happen
     */
    public @Nullable Denial tool(AgentContext tool, @Nullable Object arguments) {
        Snapshot current = snapshot;
        Attribution attribution = StackReader.read().attribution();
        String name = String.valueOf(tool.tool());
        Call call = new Call(
                Stage.TOOL,
                Via.TOOL,
                agent(tool, attribution, current),
                attribution.library(),
                null,
                null,
                -1,
                null,
                name,
                new CallCircumstances(tool, arguments == null ? Map.of() : arguments));
        Denial denial = decide(current, tool, call, attribution, null, arguments);
        if (denial == null && current.engine().remembers(name)) {
            admit(current, tool, call);
        }
        return denial;
    }

    /** Keeps of a call what later ones may ask for: its arguments as they are now, before the tool has them. */
    private static void admit(Snapshot current, AgentContext tool, Call call) {
        AtomicReference<Object> admitted = tool.admitted();
        if (admitted != null) {
            Map<String, Object> arguments = current.engine().remembersArguments(String.valueOf(call.target()))
                    ? call.circumstances().arguments()
                    : null;
            admitted.set(new PastCall(String.valueOf(call.target()), call.agent(), 0, arguments));
        }
    }

    /** Keeps an allowed tool call that went well, the first time that it is told of its end. */
    private static void remember(AgentContext tool, boolean failed) {
        AtomicReference<Object> admitted = tool.admitted();
        Object kept = admitted == null ? null : admitted.getAndSet(TOLD);
        if (kept instanceof PastCall call && !failed) {
            PastCalls past = pastOf(tool);
            if (past != null) {
                past.add(new PastCall(call.tool(), call.agent(), System.nanoTime(), call.arguments()));
            }
        }
    }

    /** Returns where the calls of a task, or else of a run of an agent, are kept; null where nothing ties them together. */
    private static @Nullable PastCalls pastOf(AgentContext context) {
        if (context.task() instanceof RunningTask task && task.running() != null) {
            return task.past();
        }
        AtomicReference<Object> run = context.run();
        if (run == null) {
            return null;
        }
        return run.updateAndGet(kept -> kept == null ? new PastCalls() : kept) instanceof PastCalls past ? past : null;
    }

    /**
     * Starts a task.
     *
     * @param context who starts it, null outside of any agent
     * @param params its parameters, immutable
     * @param justification why, or null
     * @return the context inside of it
     * @throws TaskDeniedException if the policy does not let it be started so
     */
    AgentContext startTask(
            @Nullable AgentContext context, String name, Map<String, String> params, @Nullable String justification) {
        Snapshot current = snapshot;
        PolicyEngine engine = current.engine();
        Attribution attribution = StackReader.read().attribution();
        Call call = call(current, context, Stage.TASK, Via.TOOL, name, attribution);
        Decision barred = engine.barsAnybody() ? barred(engine, context) : null;
        String agent = context == null ? null : context.agent();
        Decision decision = barred == null ? engine.startTask(agent, name, params, justification) : barred;
        if (attribution.origin() == Attribution.Origin.NONE && agent == null && !decision.denied()) {
            decision = engine.builtIn(BuiltIn.NO_IDENTITY);
        }
        TaskKind kind = engine.task(name);
        RunningTask task = null;
        if (kind != null && !decision.denied()) {
            long now = VM.getNanoTimeAdjustment(0) / 1_000_000;
            Task facts = new Task(name, ids.next(now).toString().substring(2), params, now);
            task = new RunningTask(facts, System.nanoTime() + kind.ttlNanos(), attribution);
        }
        // one that is let through although the policy does not know it has a name, and gives nothing
        AgentContext inside = AgentContext.inTask(context, task == null ? name : task);
        Denial denial = record(
                current,
                task == null ? context : inside,
                call,
                decision,
                attribution,
                null,
                justification == null && !decision.denied() ? "started" : justification);
        if (denial != null) {
            throw new TaskDeniedException(denial);
        }
        RunningTasks running = tasks;
        if (task != null && running != null) {
            running.add(task, inside);
        }
        return inside;
    }

    /** Ends the task that a context is inside of; nothing happens if it has ended. */
    void endTask(AgentContext context) {
        if (context.task() instanceof RunningTask task) {
            RunningTasks running = tasks;
            if (running != null) {
                running.remove(task);
            }
            end(task, context, task.running() == null ? OVER : "ended");
        }
    }

    private void end(RunningTask task, AgentContext context, String how) {
        if (!task.end()) {
            return;
        }
        Snapshot current = snapshot;
        Call call = call(current, context, Stage.TASK, Via.TOOL, task.facts().name(), task.starter());
        record(current, context, call, current.engine().taskEnded(), task.starter(), null, how);
    }

    /** Ends the tasks of agents that were stopped. */
    private void endTasksOfStopped(Snapshot current) {
        RunningTasks running = tasks;
        if (running == null
                || !current.engine().barsAnybody()
                || !current.policy().killSwitch().endsTasks()) {
            return;
        }
        for (Map.Entry<RunningTask, AgentContext> task : running.all().entrySet()) {
            if (barred(current.engine(), task.getValue()) != null) {
                running.remove(task.getKey());
                end(task.getKey(), task.getValue(), "ended, since its agent was stopped");
            }
        }
    }

    /** Has the end of tasks watched if the policy has any, on a thread that acts for no agent. */
    private void watchTasks(Snapshot current) {
        if (tasks == null && !current.policy().tasks().isEmpty()) {
            RunningTasks made = new RunningTasks((task, context) -> end(task, context, OVER));
            tasks = made;
            made.start();
        }
    }

    /** Hears how an allowed tool call ended; throws nothing. */
    void ended(AgentContext tool, @Nullable Object result, @Nullable Throwable thrown) {
        AtomicReference<Object> admitted = tool.admitted();
        boolean remembered = admitted != null && admitted.get() instanceof PastCall;
        Snapshot current = snapshot;
        Limits limits = current.limits();
        boolean watched = limits != null && limits.watchesOutcomes() && !(thrown instanceof Denied);
        if (!remembered && !watched) {
            return;
        }
        boolean failed = thrown != null || ToolOutcome.failed(result);
        if (remembered) {
            remember(tool, failed);
        }
        if (limits != null && watched) {
            Call call = call(current, tool, Stage.TOOL, Via.TOOL, String.valueOf(tool.tool()), Attribution.NOBODY);
            long now = System.nanoTime();
            limits.ended(call, failed, now, now);
        }
    }

    private static @Nullable Circumstances around(@Nullable AgentContext context) {
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

    private @Nullable Denial decide(
            Snapshot current,
            @Nullable AgentContext context,
            Call call,
            Attribution attribution,
            @Nullable String claimed,
            @Nullable Object arguments) {
        Decision decision = limited(current, call, decision(current, context, call, attribution));
        return record(current, context, call, decision, attribution, claimed, arguments);
    }

    /** Has an allowed call use up what the policy's limits give it. */
    private static Decision limited(Snapshot current, Call call, Decision decision) {
        Limits limits = current.limits();
        return limits == null ? decision : limits.charge(call, decision, System.nanoTime());
    }

    private static Decision decision(
            Snapshot current, @Nullable AgentContext context, Call call, Attribution attribution) {
        Decision decision = decide(current, context, call);
        boolean nobody =
                attribution.origin() == Attribution.Origin.NONE && (context == null || context.agent() == null);
        boolean anybodyMay = decision.rule().id().equals(BuiltIn.LOOPBACK_NAMES.id());
        return nobody && !decision.denied() && !anybodyMay ? current.engine().builtIn(BuiltIn.NO_IDENTITY) : decision;
    }

    /** An agent that acts for one that was stopped is stopped with it. */
    private static Decision decide(Snapshot current, @Nullable AgentContext context, Call call) {
        PolicyEngine engine = current.engine();
        Decision barred =
                engine.barsAnybody() && !call.agent().equals(PolicyEngine.OWN_AGENT) ? barred(engine, context) : null;
        return barred == null ? engine.decide(call) : barred;
    }

    private static @Nullable Decision barred(PolicyEngine engine, @Nullable AgentContext context) {
        for (AgentContext acting = context; acting != null; acting = acting.caller()) {
            String agent = acting.agent();
            Decision barred = agent == null ? null : engine.barred(agent);
            if (barred != null && barred.denied()) {
                return barred;
            }
        }
        return null;
    }

    private @Nullable Denial record(
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

    private static @Nullable Request requestOf(@Nullable AgentContext context) {
        Object request = context == null ? null : context.request();
        if (request instanceof RequestSource source) {
            return source.request();
        }
        return (Request) request;
    }

    private static @Nullable Attribution knownAttribution(@Nullable AgentContext context, @Nullable Request request) {
        if (request != null) {
            return request.attribution();
        }
        return context != null && context.request() instanceof RequestSource source ? source.attribution() : null;
    }

    private static String agent(@Nullable AgentContext context, Attribution attribution, Snapshot current) {
        if (attribution.origin() == Attribution.Origin.OWN) {
            return PolicyEngine.OWN_AGENT;
        }
        String agent = context == null ? null : context.agent();
        return agent == null ? current.policy().unattributed() : agent;
    }
}
