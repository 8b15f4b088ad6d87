package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.HttpPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a journal shows that its agents need. */
final class Learned {

    /** Denials of the gate itself that a rule can lift; what else it refuses by itself stays refused. */
    private static final Set<String> LIFTABLE =
            Set.of(BuiltIn.DEFAULT_DENY.id(), BuiltIn.DELEGATION.id(), BuiltIn.UNKNOWN_AGENT.id());

    /** How many hosts with rotating names must be seen before they may be taken for one. */
    private static final int ROTATION = 3;

    private static final Set<Via> PATHS = Set.of(Via.PROCESS, Via.UNIX, Via.ATTACH);

    /**
     * Who calls.
     *
     * @param agent the agent
     * @param library a pattern over libraries, empty if nobody knows whose code it was
     */
    record Caller(String agent, String library) implements Comparable<Caller> {

        @Override
        public int compareTo(Caller other) {
            int agents = agent.compareTo(other.agent);
            return agents != 0 ? agents : library.compareTo(other.library);
        }
    }

    /**
     * Where to.
     *
     * @param place a host or an address
     * @param port the port, -1 for a question alone
     */
    record Target(String place, int port) implements Comparable<Target> {

        @Override
        public int compareTo(Target other) {
            int places = place.compareTo(other.place);
            return places != 0 ? places : Integer.compare(port, other.port);
        }
    }

    /** What was done at one target: requests by path with their methods, and connections without a known request. */
    static final class Use {

        final Map<String, Set<String>> requests = new TreeMap<>();
        final Set<Via> plain = new TreeSet<>();
    }

    final Map<Caller, Map<Target, Use>> network = new TreeMap<>();
    final Map<Caller, Map<Via, Set<String>>> paths = new TreeMap<>();
    final Map<String, Set<String>> tools = new TreeMap<>();
    final Map<String, Set<String>> delegations = new TreeMap<>();
    final Set<String> agents = new TreeSet<>();
    final Set<String> libraries = new TreeSet<>();
    final Set<String> calling = new TreeSet<>();
    final Map<String, Set<Address>> answers = new TreeMap<>();
    private final Set<String> novel = new TreeSet<>();
    final Map<String, Long> refused = new TreeMap<>();
    long calls;
    String first = "";
    String last = "";

    /** Takes an entry in. */
    void add(JournalEntry entry, boolean all) {
        Call call = RecordedCall.of(entry);
        String agent = entry.agent();
        if (call == null || agent == null || agent.equals(PolicyEngine.OWN_AGENT)) {
            return;
        }
        first = first.isEmpty() ? entry.time() : first;
        last = entry.time();
        calls += entry.count();
        agents.add(agent);
        for (int i = 1; i < entry.chain().size(); i++) {
            delegate(entry.chain().get(i - 1), entry.chain().get(i));
        }
        String library = pattern(call.library());
        if (!library.isEmpty()) {
            libraries.add(library);
        }
        if (!entry.denied() && BuiltIn.REBINDING.id().equals(entry.wouldRule())) {
            // the answer to a question that has an entry of its own
            return;
        }
        if (!isLearned(entry, all)) {
            refused.merge(
                    "rule '" + against(entry) + "': " + agent + " " + entry.stage() + " " + entry.asked(),
                    entry.count(),
                    Long::sum);
            return;
        }
        String host = call.host();
        String fault = host == null ? null : HostNames.fault(host);
        if (fault != null) {
            refused.merge("'" + host + "' is not the name of a host: it " + fault, entry.count(), Long::sum);
            return;
        }
        String star = star(call, library);
        if (star != null) {
            refused.merge(
                    "'" + star + "' holds a '*', which a rule takes for anything: " + agent + " " + entry.stage(),
                    entry.count(),
                    Long::sum);
            return;
        }
        learn(call, new Caller(agent, library));
        if ("deny".equals(entry.would())) {
            String place = call.target() != null ? call.target() : call.host();
            novel.add(agent + ' ' + (place != null ? place : String.valueOf(call.address())));
        }
    }

    /**
     * Returns a word of the call that would become a pattern, null if there is none. A tool of a server elsewhere, or a jar's
     * coordinates, can be called so on purpose.
     */
    private static @Nullable String star(Call call, String library) {
        HttpRequest request = call.http();
        String target = call.target();
        if (library.indexOf('*') >= 0) {
            return library;
        }
        if (target != null && target.indexOf('*') >= 0) {
            return target;
        }
        return request != null && request.path().indexOf('*') >= 0 ? request.path() : null;
    }

    /** Returns whether the policy in force had no rule for what an agent did at a place, or with a tool. */
    boolean isNovel(String agent, Iterable<String> places) {
        for (String place : places) {
            for (String each : novel) {
                if (each.equals(agent + ' ' + place)
                        || (place.startsWith("*.")
                                && each.startsWith(agent + ' ')
                                && each.endsWith(place.substring(1)))) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Returns whether the call of {@code entry} is learned: nothing refused it but the lack of a rule.
     *
     * @param all whether that also holds for what a rule of the policy in force refuses
     */
    static boolean isLearned(JournalEntry entry, boolean all) {
        String against = against(entry);
        return against == null || (all && !BuiltIn.reserves(against));
    }

    /** Returns the rule that refuses or would refuse the call, if that is no lack of a rule. */
    private static @Nullable String against(JournalEntry entry) {
        String rule = entry.denied() ? entry.rule() : "deny".equals(entry.would()) ? entry.wouldRule() : null;
        return rule == null || (!entry.denied() && LIFTABLE.contains(rule)) ? null : rule;
    }

    private void learn(Call call, Caller caller) {
        String target = call.target();
        if (call.stage() == Stage.DELEGATION) {
            if (target != null) {
                agents.add(target);
                delegate(caller.agent(), target);
            }
            return;
        }
        if (call.via() == Via.TOOL) {
            if (target != null) {
                tools.computeIfAbsent(caller.agent(), a -> new TreeSet<>()).add(target);
            }
            return;
        }
        if (PATHS.contains(call.via())) {
            if (target != null) {
                paths.computeIfAbsent(caller, c -> new TreeMap<>())
                        .computeIfAbsent(call.via(), via -> new TreeSet<>())
                        .add(target);
            }
            return;
        }
        if (call.via() == Via.NATIVE || call.via() == Via.LISTEN) {
            return;
        }
        calling.add(caller.library());
        String host = call.host();
        Address address = call.address();
        String place = host != null ? host : address == null ? null : address.toString();
        if (place == null) {
            return;
        }
        if (host != null && address != null) {
            answers.computeIfAbsent(host, h -> new TreeSet<>(Learned::compare)).add(address);
        }
        learn(call, caller, place);
    }

    private void learn(Call call, Caller caller, String place) {
        Map<Target, Use> targets = network.computeIfAbsent(caller, c -> new TreeMap<>());
        HttpRequest request = call.http();
        Use use = targets.computeIfAbsent(new Target(place, call.port()), target -> new Use());
        if (request != null && request.method() != null) {
            String path = Identifiers.template(request.path());
            if (HttpPattern.fault(path) == null) {
                use.requests.computeIfAbsent(path, p -> new TreeSet<>()).add(Objects.requireNonNull(request.method()));
            } else {
                refused.merge(
                        "no rule can allow the path " + request.path() + " alone: " + caller.agent() + " " + place,
                        1L,
                        Long::sum);
            }
        } else if (call.via() != Via.HTTP) {
            use.plain.add(call.via());
        }
    }

    private void delegate(String from, String to) {
        if (!from.equals(to)) {
            delegations.computeIfAbsent(from, f -> new TreeSet<>()).add(to);
            agents.add(from);
        }
    }

    /** Returns the pattern that stands for a library in any version, empty if there is none. */
    static String pattern(Library library) {
        if (library.group() != null) {
            return library.group() + ':' + library.artifact();
        }
        return library.packageName();
    }

    /** Returns the names that stand for {@code hosts}: those that rotate become one, where that lets nobody else in. */
    static Map<String, String> rotations(Set<String> hosts, PublicSuffixes suffixes) {
        Map<String, List<String>> families = new TreeMap<>();
        for (String host : hosts) {
            int dot = host.indexOf('.');
            if (dot > 0 && Addresses.parse(host) == null && Identifiers.inHost(host.substring(0, dot))) {
                families.computeIfAbsent(host.substring(dot + 1), parent -> new ArrayList<>())
                        .add(host);
            }
        }
        Map<String, String> names = new TreeMap<>();
        families.forEach((parent, family) -> {
            if (family.size() >= ROTATION && isOnesOwn(parent, suffixes)) {
                family.forEach(host -> names.put(host, "*." + parent));
            }
        });
        return names;
    }

    /** Returns the parents of rotating names below which anybody can have a name, so that each is listed. */
    static Set<String> openRotations(Set<String> hosts, PublicSuffixes suffixes) {
        Map<String, Integer> families = new TreeMap<>();
        Set<String> open = new TreeSet<>();
        for (String host : hosts) {
            int dot = host.indexOf('.');
            if (dot > 0 && Addresses.parse(host) == null && Identifiers.inHost(host.substring(0, dot))) {
                String parent = host.substring(dot + 1);
                if (families.merge(parent, 1, Integer::sum) >= ROTATION && !isOnesOwn(parent, suffixes)) {
                    open.add(parent);
                }
            }
        }
        return open;
    }

    private static boolean isOnesOwn(String parent, PublicSuffixes suffixes) {
        if (suffixes.isOfRegistry(parent) || suffixes.hostingAtOrBelow(parent) != null) {
            return false;
        }
        for (String name = parent; name.indexOf('.') > 0; name = name.substring(name.indexOf('.') + 1)) {
            if (suffixes.isHosting(name)) {
                return false;
            }
        }
        return true;
    }

    private static int compare(Address a, Address b) {
        return a.toString().compareTo(b.toString());
    }
}
