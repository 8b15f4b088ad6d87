package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One word of a rule's {@code to}, or the group that it names: hosts and address ranges, at some ports. Immutable.
 *
 * @param word the word as written
 * @param hosts canonical names and wildcards ({@code *.example.com})
 * @param prefixes address ranges
 * @param everywhere whether it stands for every destination ({@code *}); the lists are empty then
 * @param ports the ports, null for every port
 * @param resolved which addresses its names may resolve to for a rule to allow them
 * @param feed what a file adds to them, null if none does
 * @param hostTable finds a host among {@code hosts}; null where they are few and looked at in turn
 * @param addressTable finds an address among {@code prefixes}; null where they are few
 */
public record Destination(
        String word,
        List<String> hosts,
        List<Prefix> prefixes,
        boolean everywhere,
        @Nullable Ports ports,
        Resolved resolved,
        @Nullable Feed feed,
        @Nullable HostTable<Boolean> hostTable,
        @Nullable AddressTable addressTable) {

    private static final int FEW = 4;

    /** Returns a destination of hosts and address ranges. */
    public static Destination of(
            String word, List<String> hosts, List<Prefix> prefixes, @Nullable Ports ports, Resolved resolved) {
        return of(word, hosts, prefixes, ports, resolved, null);
    }

    /** Returns a destination of hosts, address ranges and what is in a file. */
    public static Destination of(
            String word,
            List<String> hosts,
            List<Prefix> prefixes,
            @Nullable Ports ports,
            Resolved resolved,
            @Nullable Feed feed) {
        HostTable<Boolean> hostTable = null;
        if (hosts.size() > FEW) {
            hostTable = new HostTable<>();
            for (int i = 0; i < hosts.size(); i++) {
                hostTable.put(hosts.get(i), Boolean.TRUE);
            }
            hostTable.freeze();
        }
        return new Destination(
                word,
                hosts,
                prefixes.size() < PackedPrefixes.MANY ? prefixes : new PackedPrefixes(prefixes),
                false,
                ports,
                resolved,
                feed,
                hostTable,
                prefixes.size() > FEW ? AddressTable.of(prefixes) : null);
    }

    /** Returns the destination that is everywhere, at some ports or (null) all. */
    public static Destination everywhere(String word, @Nullable Ports ports) {
        return new Destination(word, List.of(), List.of(), true, ports, Resolved.ANY, null, null, null);
    }

    /** Returns the same destination with what is in the file now. */
    Destination with(Feed now) {
        return new Destination(word, hosts, prefixes, everywhere, ports, resolved, now, hostTable, addressTable);
    }

    /**
     * Returns whether a call goes there.
     *
     * @param broad whether a name counts whatever it resolves to, and an address inside another one, as they do for a rule
     *     that denies
     */
    Match match(Call call, boolean broad) {
        Match place = place(call, broad);
        if (place == Match.NO || ports == null) {
            return place;
        }
        if (call.port() >= 0) {
            return ports.contains(call.port()) ? place : Match.NO;
        }
        return call.stage() == Stage.NAME ? Match.UNDECIDED : Match.NO;
    }

    private Match place(Call call, boolean broad) {
        if (everywhere) {
            return Match.YES;
        }
        Address address = call.address();
        String host = call.host();
        if (host != null && names(host, broad) && (address == null || broad || resolved.admits(address))) {
            return Match.YES;
        }
        Feed fed = feed != null && feed.usable(broad) && feed.holdsAddresses() ? feed : null;
        if (prefixes.isEmpty() && fed == null) {
            return Match.NO;
        }
        if (address != null) {
            if (fed != null && (fed.holds(address) || (broad && !address.isIpv4() && fed.holdsCarried(address)))) {
                return Match.YES;
            }
            return holds(address) || (broad && !address.isIpv4() && carries(address)) ? Match.YES : Match.NO;
        }
        // Before it connects, a call's address is still to come; a connect without one goes through a proxy.
        return host != null && (call.stage() == Stage.NAME || call.stage() == Stage.HTTP) ? Match.UNDECIDED : Match.NO;
    }

    private boolean carries(Address address) {
        for (int i = Addresses.carriedCount(address) - 1; i >= 0; i--) {
            if (holdsIpv4(Addresses.carriedIpv4(address, i))) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(Address address) {
        if (addressTable != null) {
            return addressTable.contains(address);
        }
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsIpv4(int bits) {
        if (addressTable != null) {
            return addressTable.findIpv4(bits) != AddressTable.NONE;
        }
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).containsIpv4(bits)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether {@code host} is one of its names: those that a rule may rest on that denies, or (else) that allows. */
    private boolean names(String host, boolean broad) {
        return listed(host) || (feed != null && feed.usable(broad) && feed.names(host));
    }

    private boolean listed(String host) {
        if (hostTable != null) {
            return hostTable.find(host) != null;
        }
        for (int i = 0; i < hosts.size(); i++) {
            if (HostIndex.matches(hosts.get(i), host)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an address may be in it. */
    boolean mayHoldAddresses() {
        return !prefixes.isEmpty() || feed != null;
    }

    /** Returns whether it holds addresses and no names. */
    public boolean addressesOnly() {
        return hosts.isEmpty()
                && mayHoldAddresses()
                && (feed == null || feed.content().names().size() == 0);
    }

    /** Returns whether it holds addresses, or names that may resolve to private ones. */
    public boolean inside() {
        return everywhere || resolved != Resolved.PUBLIC || !prefixes.isEmpty() || feed != null;
    }

    /** Returns whether a rule that allows it wants {@code host} resolved to {@code address}. */
    public boolean admits(String host, Address address) {
        return everywhere
                || (names(host, false) && resolved.admits(address))
                || holds(address)
                || (feed != null && feed.usable(false) && feed.holds(address));
    }
}
