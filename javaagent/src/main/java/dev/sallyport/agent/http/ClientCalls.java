package dev.sallyport.agent.http;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.enforce.RequestSource;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import dev.sallyport.policy.HttpRequest;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * What the guard of a library's client keeps: beside the objects of the client who asked for each request, noted where the
 * caller's thread still was, and the request that was allowed last, for which the client may then connect. Safe on any
 * thread.
 */
final class ClientCalls {

    private final Enforcement enforcement;
    private final ClientClasses connecting;
    private final WeakIdentityTable<Caller> callers = new WeakIdentityTable<>(1 << 8);

    /**
     * Creates it for one client.
     *
     * @param connecting the classes whose methods call the JDK to connect, as ends of internal names
     */
    ClientCalls(Enforcement enforcement, String... connecting) {
        this.enforcement = enforcement;
        this.connecting = new ClientClasses(connecting);
    }

    /** Who asked for something, and the request that is on its way for it. */
    static final class Caller implements RequestSource {

        private final @Nullable AgentContext context;
        private final Attribution attribution;
        private final ClientClasses connecting;
        private volatile @Nullable Request allowed;

        private Caller(@Nullable AgentContext context, Attribution attribution, ClientClasses connecting) {
            this.context = context;
            this.attribution = attribution;
            this.connecting = connecting;
        }

        @Override
        public Request request() {
            Request request = allowed;
            if (request == null) {
                throw new IllegalStateException("no request was allowed for this connection");
            }
            return request;
        }

        /** Returns what was allowed last, or null. */
        @Nullable
        HttpRequest facts() {
            Request request = allowed;
            return request == null ? null : request.facts();
        }

        @Override
        public boolean connects(Class<?> type) {
            return connecting.contains(type);
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
        Request request = Requests.of(facts, host, port, caller.attribution);
        Denial denial = Requests.decide(enforcement, caller.context, request, framed);
        caller.allowed = denial == null ? request : null;
        return denial;
    }

    /** Decides a request that is about to be sent, and throws the refusal. */
    void decide(Caller caller, HttpRequest facts, @Nullable String host, int port, boolean framed)
            throws EgressDeniedException {
        Denial denial = denial(caller, facts, host, port, framed);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Returns the context in which the client connects for the caller's allowed request; without one, as it was. */
    static @Nullable AgentContext connecting(@Nullable AgentContext current, @Nullable Caller caller) {
        return caller == null || caller.allowed == null ? current : AgentContext.inRequest(caller.context, caller);
    }
}
