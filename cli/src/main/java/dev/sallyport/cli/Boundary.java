package dev.sallyport.cli;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.HttpPattern;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.Ports;
import dev.sallyport.policy.match.Prefix;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a policy lets anybody go, as a network layer can see it: hosts, addresses and ports, without agents and libraries.
 * What that layer cannot be told is left out, so that it is never wider than the policy, and noted.
 */
final class Boundary {

    private static final int TCP = Conditions.bit(Via.TCP) | Conditions.bit(Via.HTTP);
    private static final int UDP = Conditions.bit(Via.UDP);

    /**
     * A range of ports.
     *
     * @param first the first
     * @param last the last
     */
    record Range(int first, int last) {

        static final Range ALL = new Range(0, 65535);

        boolean all() {
            return first == 0 && last == 65535;
        }
    }

    /**
     * Something that is allowed.
     *
     * @param rule the id of the rule that allows it
     * @param host a host or wildcard, null for addresses
     * @param prefix a range of addresses, null for a host; null together with {@code host} for everywhere
     * @param ports the ports
     * @param tcp whether by TCP
     * @param udp whether by UDP
     * @param requests the requests, empty for any
     * @param exceptHosts hosts below the wildcard, or anywhere, that are denied
     * @param exceptPrefixes ranges within the range, or anywhere, that are denied
     */
    record Opening(
            String rule,
            @Nullable String host,
            @Nullable Prefix prefix,
            Range ports,
            boolean tcp,
            boolean udp,
            List<HttpPattern> requests,
            Set<String> exceptHosts,
            Set<Prefix> exceptPrefixes) {

        boolean everywhere() {
            return host == null && prefix == null;
        }

        /** Returns the place as people write it. */
        String place() {
            String place = host != null ? host : prefix != null ? prefix.toString() : "*";
            return ports.all()
                    ? place
                    : place + ':' + ports.first() + (ports.first() == ports.last() ? "" : "-" + ports.last());
        }
    }

    private final List<Opening> openings = new ArrayList<>();
    private final Set<Prefix> denied = new LinkedHashSet<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final List<RuleMatcher> denials = new ArrayList<>();

    private Boundary() {}

    /** Returns the boundary of a policy. */
    static Boundary of(LoadedPolicy loaded) {
        Boundary boundary = new Boundary();
        for (RuleMatcher rule : loaded.engine().egressMatchers()) {
            boundary.add(rule);
        }
        return boundary;
    }

    /** Returns what is allowed, in the policy's order. */
    List<Opening> openings() {
        return openings;
    }

    /** Returns ranges that a rule denies to everybody, and in which no rule before it allows anything. */
    Set<Prefix> denied() {
        return denied;
    }

    /** Returns what cannot be said to a network layer, a sentence each. */
    Set<String> notes() {
        return notes;
    }

    private void add(RuleMatcher rule) {
        Conditions conditions = rule.conditions();
        String id = "rule '" + rule.rule().id() + "'";
        int vias = (conditions.vias() | conditions.httpVias()) & (TCP | UDP);
        if (vias == 0) {
            notes.add(id + " is not about connections: left out");
            return;
        }
        if (!rule.enforced()) {
            notes.add(id + " is only watched: left out");
            return;
        }
        if (rule.allows()) {
            limits(rule, id);
            allow(rule, vias);
        } else {
            deny(rule, id);
        }
    }

    private void limits(RuleMatcher rule, String id) {
        Conditions conditions = rule.conditions();
        List<String> whose = new ArrayList<>();
        if (conditions.agents() != null) {
            whose.add("agent " + String.join(", ", conditions.agents()));
        }
        if (conditions.library() != null) {
            whose.add("some libraries");
        }
        if (rule.except() != null) {
            whose.add("calls that its exception does not cover");
        }
        if (!whose.isEmpty()) {
            notes.add(id + " is meant for " + String.join(" and ", whose) + "; the network sees the process alone");
        }
    }

    private void deny(RuleMatcher rule, String id) {
        Conditions conditions = rule.conditions();
        boolean someCalls = conditions.library() != null || conditions.http() != null || rule.except() != null;
        if (someCalls) {
            notes.add(
                    id + " denies to some libraries or requests alone, which the network cannot tell apart: left out");
            return;
        }
        denials.add(rule);
        if (conditions.agents() != null) {
            notes.add(id + " denies to agent " + String.join(", ", conditions.agents())
                    + " alone, and others may go there: left out where they do");
            return;
        }
        for (Destination destination : destinations(conditions)) {
            for (Prefix prefix : destination.prefixes()) {
                if (destination.ports() == null && !opensInto(prefix)) {
                    denied.add(prefix);
                }
            }
        }
    }

    private boolean opensInto(Prefix prefix) {
        for (Opening opening : openings) {
            Prefix open = opening.prefix();
            if (opening.everywhere()
                    || (open != null && (open.contains(prefix.network()) || prefix.contains(open.network())))) {
                return true;
            }
        }
        return false;
    }

    private void allow(RuleMatcher rule, int vias) {
        Conditions conditions = rule.conditions();
        for (Destination destination : destinations(conditions)) {
            if (destination.feed() != null) {
                notes.add("rule '" + rule.rule().id() + "' allows what the list of '" + destination.word()
                        + "' holds, which changes and is not exported: left out");
            }
            for (Range ports : ranges(destination.ports())) {
                if (destination.everywhere()) {
                    open(rule, vias, null, null, ports);
                }
                for (String host : destination.hosts()) {
                    open(rule, vias, host, null, ports);
                }
                for (Prefix prefix : destination.prefixes()) {
                    open(rule, vias, null, prefix, ports);
                }
            }
        }
    }

    private static List<Destination> destinations(Conditions conditions) {
        List<Destination> destinations = conditions.destinations();
        return destinations == null ? List.of(Destination.everywhere("*", null)) : destinations;
    }

    private static List<Range> ranges(@Nullable Ports ports) {
        if (ports == null) {
            return List.of(Range.ALL);
        }
        List<Range> ranges = new ArrayList<>();
        int[] bounds = ports.bounds();
        for (int i = 0; i < bounds.length; i += 2) {
            ranges.add(new Range(bounds[i], bounds[i + 1]));
        }
        return ranges;
    }

    private void open(RuleMatcher rule, int vias, @Nullable String host, @Nullable Prefix prefix, Range ports) {
        String id = rule.rule().id();
        List<HttpPattern> requests =
                rule.conditions().http() == null ? List.of() : rule.conditions().http();
        Opening opening = new Opening(
                id, host, prefix, ports, true, true, requests, new LinkedHashSet<>(), new LinkedHashSet<>());
        int left = rule.conditions().httpVias() != 0 ? vias & TCP : vias;
        for (RuleMatcher denial : denials) {
            if (concerns(denial, rule)) {
                left &= ~taken(denial, rule, opening);
            }
        }
        if (left != 0) {
            openings.add(new Opening(
                    id,
                    host,
                    prefix,
                    ports,
                    (left & TCP) != 0,
                    (left & UDP) != 0,
                    requests,
                    opening.exceptHosts(),
                    opening.exceptPrefixes()));
        }
    }

    /** Returns whether a rule denies to everybody to whom another allows. */
    private static boolean concerns(RuleMatcher denial, RuleMatcher rule) {
        List<String> denied = denial.conditions().agents();
        List<String> allowed = rule.conditions().agents();
        return denied == null || (allowed != null && denied.containsAll(allowed));
    }

    /** Returns the ways out that a denial takes from an opening; what it takes of the places goes to its exceptions. */
    private int taken(RuleMatcher denial, RuleMatcher rule, Opening opening) {
        int vias = denial.conditions().vias() & (TCP | UDP);
        for (Destination destination : destinations(denial.conditions())) {
            boolean meets = false;
            boolean covers = destination.ports() == null;
            for (Range range : ranges(destination.ports())) {
                meets |= range.first() <= opening.ports().last()
                        && opening.ports().first() <= range.last();
                covers |= range.first() <= opening.ports().first()
                        && opening.ports().last() <= range.last();
            }
            if (!meets) {
                continue;
            }
            if (covers(destination, opening) || denies(denial, rule, opening)) {
                if (!covers) {
                    notes.add(opening.place() + " of rule '" + opening.rule() + "' is left out: rule '"
                            + denial.rule().id() + "' denies some of its ports");
                }
                return vias;
            }
            if (destination.feed() != null && !isSingle(opening)) {
                notes.add(opening.place() + " of rule '" + opening.rule() + "' is left out: rule '"
                        + denial.rule().id() + "' denies some of it by the list of '" + destination.word()
                        + "', which is not exported");
                return vias;
            }
            except(destination, opening);
        }
        return 0;
    }

    /** Returns whether it opens one host or one address, of which a rule can be asked. */
    private static boolean isSingle(Opening opening) {
        Prefix prefix = opening.prefix();
        return prefix != null ? prefix.length() == 128 : opening.host() != null && !isWildcard(opening.host());
    }

    private static boolean isWildcard(@Nullable String host) {
        return host != null && host.startsWith("*.");
    }

    private static boolean covers(Destination destination, Opening opening) {
        if (destination.everywhere()) {
            return true;
        }
        String host = opening.host();
        Prefix prefix = opening.prefix();
        for (String each : destination.hosts()) {
            if (host != null && (each.equals(host) || (each.startsWith("*.") && host.endsWith(each.substring(1))))) {
                return true;
            }
        }
        for (Prefix each : destination.prefixes()) {
            if (prefix != null && each.length() <= prefix.length() && each.contains(prefix.network())) {
                return true;
            }
        }
        return false;
    }

    /** Asks the rule itself, which knows more than its text: lists of names, for one. */
    private static boolean denies(RuleMatcher denial, RuleMatcher rule, Opening opening) {
        String host = opening.host();
        Prefix prefix = opening.prefix();
        boolean single = prefix != null && prefix.length() == 128;
        if (isWildcard(host) || (host == null && !single)) {
            return false;
        }
        List<String> agents = rule.conditions().agents();
        Address address = single ? Objects.requireNonNull(prefix).network() : null;
        Call call = new Call(
                Stage.CONNECT,
                Via.TCP,
                agents == null ? "" : agents.get(0),
                Library.NONE,
                host,
                address,
                opening.ports().first(),
                null,
                null);
        return denial.match(call) == Match.YES;
    }

    private static void except(Destination destination, Opening opening) {
        String host = opening.host();
        Prefix prefix = opening.prefix();
        for (String each : destination.hosts()) {
            String name = each.startsWith("*.") ? each.substring(2) : each;
            if (opening.everywhere()
                    || (isWildcard(host)
                            && name.endsWith(Objects.requireNonNull(host).substring(1)))) {
                opening.exceptHosts().add(each);
            }
        }
        for (Prefix each : destination.prefixes()) {
            if (opening.everywhere() || (prefix != null && prefix.contains(each.network()))) {
                opening.exceptPrefixes().add(each);
            }
        }
    }

    /** Returns whether a range holds IPv4 addresses. */
    static boolean isIpv4(Prefix prefix) {
        return prefix.network().isIpv4() && prefix.length() >= 96;
    }

    /** Returns the range of every IPv4 or IPv6 address. */
    static String everyAddress(boolean ipv4) {
        return ipv4 ? "0.0.0.0/0" : "::/0";
    }

    /** Returns whether {@code text} is an address, as {@link Addresses} reads it. */
    static boolean isAddress(String text) {
        return Addresses.parse(text) != null;
    }
}
