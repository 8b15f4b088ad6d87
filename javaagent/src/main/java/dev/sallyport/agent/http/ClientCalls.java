package dev.sallyport.agent.http;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.enforce.RequestSource;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import dev.sallyport.policy.HttpRequest;
import java.security.ProtectionDomain;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the guard of a library's client keeps: beside the objects of the client who asked for each request, noted where the
 * caller's thread still was, and the request that was decided last, for which the client may then connect. Safe on any
 * thread.
 */
final class ClientCalls {

    private final Enforcement enforcement;
    private final ClientClasses connecting;
    private volatile boolean showsBodies;
    /** Of a size for the requests between two collections: what a client lets go of is forgotten with it. */
    private final WeakIdentityTable<Caller> callers = new WeakIdentityTable<>(1 << 12);

    /**
     * Creates it for one client.
     *
     * @param connecting the classes whose methods call the JDK to connect, as ends of internal names
     */
    ClientCalls(Enforcement enforcement, String... connecting) {
        this(enforcement, new ClientClasses(connecting));
    }

    /** Creates it for one client of several that connect in the same classes. */
    ClientCalls(Enforcement enforcement, ClientClasses connecting) {
        this.enforcement = enforcement;
        this.connecting = connecting;
    }

    /** Says that the client's guard shows the bodies of its requests. */
    ClientCalls showingBodies() {
        showsBodies = true;
        return this;
    }

    /** Says that a version of the client is there that does not show them. */
    void hidingBodies() {
        showsBodies = false;
    }

    /** Returns what looks into the body of the caller's request that was allowed last; null if nothing does. */
    @Nullable
    BodyScan body(Caller caller) {
        Request request = caller.decided;
        return request == null || caller.refused != null ? null : enforcement.body(caller.context, request);
    }

    /** Who asked for something, and the request that is on its way for it. */
    static final class Caller implements RequestSource {

        private final @Nullable AgentContext context;
        private final Attribution attribution;
        private final ClientClasses connecting;
        private volatile @Nullable Request decided;
        private volatile @Nullable Denial refused;

        private Caller(@Nullable AgentContext context, Attribution attribution, ClientClasses connecting) {
            this.context = context;
            this.attribution = attribution;
            this.connecting = connecting;
        }

        @Override
        public Request request() {
            Request request = decided;
            if (request == null) {
                throw new IllegalStateException("no request was decided for this connection");
            }
            return request;
        }

        /** Returns who asked, without any request. */
        @Nullable
        AgentContext context() {
            return context;
        }

        /** Returns whose code asked. */
        Attribution knownAttribution() {
            return attribution;
        }

        /** Returns what was allowed last, or null. */
        @Nullable
        HttpRequest facts() {
            Request request = decided;
            return request == null || refused != null ? null : request.facts();
        }

        /** Returns whether a name with a port, as it follows {@code CONNECT}, is the target of the allowed request. */
        boolean isTarget(String hostAndPort) {
            Request request = decided;
            return request != null && hostAndPort.endsWith(":" + request.port()) && isHost(hostAndPort);
        }

        /** Returns whether a {@code Host} header names the host of the allowed request, or is not there. */
        boolean isHost(@Nullable String header) {
            Request request = decided;
            if (header == null || request == null) {
                return header == null;
            }
            int end = header.endsWith("]") ? header.length() : header.lastIndexOf(':');
            String name = end < 0 ? header : header.substring(0, end);
            Request named = Requests.of(request.facts(), name, request.port(), request.attribution());
            return Objects.equals(named.host(), request.host()) && Objects.equals(named.literal(), request.literal());
        }

        @Override
        public boolean connects(Class<?> type) {
            return refused == null && connecting.contains(type);
        }

        /** Returns whether a request of the caller's was decided before. */
        boolean isDecided() {
            return decided != null;
        }

        /** Returns whether the request that was decided last was refused. */
        boolean isRefused() {
            return refused != null;
        }

        /** Throws the refusal of the request, if it was refused and could not be told of it before. */
        void throwIfRefused() throws EgressDeniedException {
            Denial denial = refused;
            if (denial != null) {
                throw new EgressDeniedException(denial);
            }
        }
    }

    /** Takes a jar or loader in which the client was found. */
    void stands(ProtectionDomain domain) {
        connecting.add(domain);
    }

    /** Notes the calling thread's agent and library beside {@code key}, unless somebody is noted there already. */
    Caller note(Object key) {
        Caller known = callers.get(key);
        if (known != null) {
            return known;
        }
        Caller caller = caller();
        callers.put(key, caller);
        return caller;
    }

    /** Notes the calling thread's agent and library beside {@code key}, whoever was noted there before. */
    Caller noteAgain(Object key) {
        Caller caller = caller();
        callers.put(key, caller);
        return caller;
    }

    /** Returns the calling thread's agent and library, noted nowhere. */
    Caller caller() {
        AgentContext context = CurrentAgent.get();
        return new Caller(
                context == null ? null : context.carried(), StackReader.read().attribution(), connecting);
    }

    /** Returns somebody who asks, noted nowhere. */
    Caller caller(@Nullable AgentContext context, Attribution attribution) {
        return new Caller(context == null ? null : context.carried(), attribution, connecting);
    }

    /** Returns who asked another client of the same library, with the same request, as one for whom this one connects. */
    Caller adopted(Caller other) {
        Caller caller = new Caller(other.context, other.attribution, connecting);
        caller.decided = other.decided;
        caller.refused = other.refused;
        return caller;
    }

    /** Notes beside {@code key} for whom the calling thread is inside this client, if it is. */
    void hand(@Nullable Object key) {
        Caller caller = key == null ? null : current();
        if (key != null && caller != null) {
            callers.put(key, caller);
        }
    }

    /** Notes a caller beside one more object of the same request. */
    void put(Object key, Caller caller) {
        callers.put(key, caller);
    }

    /** Returns who is noted beside {@code key}, or null. */
    @Nullable
    Caller get(Object key) {
        return callers.get(key);
    }

    /** Forgets who is noted beside {@code key}, whose request has come to its end. */
    void forget(Object key) {
        callers.remove(key);
    }

    /**
     * Decides a request that is about to be sent.
     *
     * @param host the host as the client has it; null or empty if it has none
     * @param port the port, -1 for the scheme's own
     * @param framed whether the caller, and not the client, says where the body ends
     * @return null if it may be sent
     */
    @Nullable
    Denial denial(Caller caller, HttpRequest facts, @Nullable String host, int port, boolean framed) {
        Request named = Requests.of(facts, host, port, caller.attribution);
        Request request = showsBodies ? named.withBodySeen() : named;
        Denial denial = Requests.decide(enforcement, caller.context, request, framed);
        caller.decided = request;
        caller.refused = denial;
        return denial;
    }

    /** The same for a request that is counted, or will be, where it is decided otherwise. */
    @Nullable
    Denial denialUncounted(Caller caller, HttpRequest facts, @Nullable String host, int port, boolean framed) {
        Request request = Requests.of(facts, host, port, caller.attribution);
        Denial denial = Requests.decideAgain(enforcement, caller.context, request, framed);
        caller.decided = request;
        caller.refused = denial;
        return denial;
    }

    /** Decides a request that is about to be sent, and throws the refusal. */
    void decide(Caller caller, HttpRequest facts, @Nullable String host, int port, boolean framed)
            throws EgressDeniedException {
        denial(caller, facts, host, port, framed);
        caller.throwIfRefused();
    }

    /** Decides what a caller's allowed request has turned into on its way, for the same target. */
    void decideAgain(Caller caller, HttpRequest facts, boolean framed) throws EgressDeniedException {
        denialAgain(caller, facts, framed);
        caller.throwIfRefused();
    }

    /** The same, for a client that has to be told in a way of its own; returns null if it may be sent. */
    @Nullable
    Denial denialAgain(Caller caller, HttpRequest facts, boolean framed) {
        Request before = caller.request();
        Request now = new Request(
                facts,
                before.host(),
                before.literal(),
                before.port(),
                before.attribution(),
                before.proxied(),
                showsBodies);
        Denial denial = Requests.decideAgain(enforcement, caller.context, now, framed);
        caller.decided = now;
        caller.refused = denial;
        return denial;
    }

    /** Returns for whom the calling thread is inside this client, or null. */
    @Nullable
    Caller current() {
        AgentContext context = CurrentAgent.get();
        return context != null && context.request() instanceof Caller caller && caller.connecting == connecting
                ? caller
                : null;
    }

    /** Returns the context in which the client connects for the caller's allowed request; without one, as it was. */
    static @Nullable AgentContext connecting(@Nullable AgentContext current, @Nullable Caller caller) {
        return caller == null || caller.decided == null ? current : AgentContext.inRequest(caller.context, caller);
    }

    /** Returns the context in which a client opens a connection for requests that are still to come. */
    static AgentContext opening(@Nullable AgentContext current) {
        return AgentContext.inRequest(current, new ToCome());
    }

    /** Returns whether something happens within a client that decides its requests itself. */
    static boolean isOfClient(AgentContext context) {
        return context.request() instanceof Caller || context.request() instanceof ToCome;
    }

    /**
     * Decides a request that is about to be sent by a client which hands failures over as a value.
     *
     * @return the context in which the client sends it, or in which {@link #refusal()} tells what to hand over
     */
    AgentContext admit(Caller caller, HttpRequest facts, @Nullable String host, int port, boolean framed) {
        Denial denial = denial(caller, facts, host, port, framed);
        return AgentContext.inRequest(caller.context, denial == null ? caller : new Refused(denial));
    }

    /** Returns what {@link #admit} refused on the calling thread just now, or null. */
    static @Nullable EgressDeniedException refusal() {
        AgentContext context = CurrentAgent.get();
        return context != null && context.request() instanceof Refused refused
                ? new EgressDeniedException(refused.denial)
                : null;
    }

    /** In place of a request that a client knows only once it is connected. */
    private record ToCome() implements RequestSource {

        @Override
        public @Nullable Request request() {
            return null;
        }
    }

    /** A request that was refused, in place of the one for which the client would connect. */
    private record Refused(Denial denial) implements RequestSource {

        @Override
        public @Nullable Request request() {
            return null;
        }
    }
}
