package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.NameDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** What the guards of name lookups ask. Safe on any thread; takes no lock. */
public final class NameQuestions {

    private final Enforcement enforcement;
    private final ResolvedNames names;
    private volatile boolean jdkAlone;

    NameQuestions(Enforcement enforcement, ResolvedNames names) {
        this.enforcement = enforcement;
        this.names = names;
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
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Request request = Enforcement.requestOf(context);
        Attribution known = Enforcement.knownAttribution(context, request);
        Attribution attribution = known == null ? StackReader.read().attribution() : known;
        String host = HostNames.asked(asked);
        Call call = new Call(
                Stage.NAME,
                Via.DNS,
                Enforcement.agent(context, attribution, current),
                attribution.library(),
                host,
                null,
                request != null && host.equals(request.host()) ? request.port() : -1,
                request != null && host.equals(request.host()) ? request.facts() : null,
                null,
                Enforcement.around(context));
        Decision decision = Enforcement.decision(current, context, call, attribution);
        if (!recorded && !decision.denied()) {
            return;
        }
        if (recorded) {
            decision = Enforcement.limited(current, call, decision);
        }
        Denial denial = enforcement.record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new NameDeniedException(denial);
        }
    }

    /** From now on no answer of a library's own resolver counts. */
    public void believeJdkAlone() {
        jdkAlone = true;
    }

    /**
     * Notes what a library's own resolver has found for a name, and drops what {@link #answer} would, unless the JDK alone is
     * believed: then nothing is noted, and only rules of addresses allow what was found.
     */
    public InetAddress[] answerOfLibrary(String asked, InetAddress[] answer) throws UnknownHostException {
        return jdkAlone ? answer : answer(asked, answer);
    }

    /** Notes what a name resolved to and drops the answers that a public name must not have. */
    public InetAddress[] answer(String asked, InetAddress[] answer) throws UnknownHostException {
        Enforcement.Snapshot current = enforcement.snapshot();
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
        Enforcement.Snapshot current = enforcement.snapshot();
        Attribution attribution = StackReader.of(resolver);
        String agent = Enforcement.agent(null, attribution, current);
        Call call =
                new Call(Stage.NAME, Via.DNS, agent, attribution.library(), null, null, -1, null, resolver.getName());
        Decision decision = current.engine().decide(call);
        if (!decision.denied() && !current.engine().namesLibrary(decision)) {
            decision = current.engine().builtIn(BuiltIn.DEFAULT_DENY);
        }
        return enforcement.record(current, null, call, decision, attribution, null, null) == null;
    }

    private @Nullable Denial refuseAnswer(Enforcement.Snapshot current, String host, InetAddress[] answer) {
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
                Enforcement.agent(context, attribution, current),
                attribution.library(),
                host,
                bad,
                -1,
                null,
                null,
                Enforcement.around(context));
        return enforcement.record(
                current, context, call, current.engine().builtIn(BuiltIn.REBINDING), attribution, null, null);
    }

    /**
     * Decides the question for the name of an address. It carries the address to whoever serves that part of the reverse
     * tree, so it is decided as a question for the name in that tree, and for rules of addresses as what it asks about.
     *
     * @param asked 4 or 16 bytes in network order
     */
    public void reverseQuestion(byte[] asked) throws NameDeniedException {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Address address = Addresses.of(asked);
        Call call = new Call(
                Stage.NAME,
                Via.DNS,
                Enforcement.agent(context, attribution, current),
                attribution.library(),
                Addresses.reverseName(address),
                address,
                -1,
                null,
                null,
                Enforcement.around(context));
        Denial denial = enforcement.decide(current, context, call, attribution, null, null);
        if (denial != null) {
            throw new NameDeniedException(denial);
        }
    }
}
