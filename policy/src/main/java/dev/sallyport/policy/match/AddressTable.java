package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import java.util.List;

/**
 * Finds the number of the smallest of many address ranges that contains an address. Ranges of addresses nest or are disjoint,
 * so the address space falls into stretches of one number each: finding it is one binary search, for IPv4 in a large table
 * within the stretches that share its upper 16 bits. A stretch takes 4 bytes for IPv4 and 16 for IPv6, and 4 more where
 * there is more than one number. Immutable.
 */
public final class AddressTable {

    /** What {@link #find} says of an address in none of the ranges. */
    public static final int NONE = -1;

    /** A table without ranges. */
    public static final AddressTable EMPTY = new AddressRanges().table(AddressRanges.ONE);

    /** From so many stretches on, the table of the upper 16 bits is worth its 256 KiB. */
    private static final int LARGE = 1 << 12;

    private final Stretches ipv4;
    private final Stretches ipv6;
    private final int[] starts;
    private final int[] byUpperBits;

    /**
     * @param ipv4 the stretches of IPv4 addresses, the first of which begins at 0.0.0.0
     * @param ipv6 those of all others
     */
    AddressTable(Stretches ipv4, Stretches ipv6) {
        this.starts = ipv4.ipv4Starts();
        this.byUpperBits = starts.length < LARGE ? new int[0] : byUpperBits(starts);
        this.ipv4 = ipv4.withoutStarts();
        this.ipv6 = ipv6.trimmed();
    }

    /** Returns a table that says which addresses are in one of {@code prefixes}; the number of each is 0. */
    public static AddressTable of(List<Prefix> prefixes) {
        AddressRanges ranges = new AddressRanges();
        for (int i = 0; i < prefixes.size(); i++) {
            ranges.add(prefixes.get(i), 0);
        }
        return ranges.table(AddressRanges.ONE);
    }

    /** Returns the number of the smallest range that contains {@code address}, or {@link #NONE}. */
    public int find(Address address) {
        return address.isIpv4() ? findIpv4((int) address.low()) : ipv6.at(ipv6.last(address.high(), address.low()));
    }

    /** Returns the number of the smallest range that contains an IPv4 address given in network order, or {@link #NONE}. */
    public int findIpv4(int bits) {
        int from = 0;
        int to = starts.length - 1;
        if (byUpperBits.length != 0) {
            from = byUpperBits[bits >>> 16];
            to = byUpperBits[(bits >>> 16) + 1] - 1;
        }
        int wanted = bits ^ Integer.MIN_VALUE;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (starts[middle] <= wanted) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return ipv4.at(to);
    }

    /** Returns whether one of the ranges contains {@code address}. */
    public boolean contains(Address address) {
        return find(address) != NONE;
    }

    /** Returns whether there are no ranges. */
    public boolean isEmpty() {
        return starts.length == 1 && ipv4.at(0) == NONE && ipv6.size() == 0;
    }

    /** For each value of the upper 16 bits the first stretch that begins there or later; so the one before reaches into it. */
    private static int[] byUpperBits(int[] starts) {
        int[] first = new int[(1 << 16) + 1];
        int at = 0;
        for (int upper = 0; upper < 1 << 16; upper++) {
            while (at < starts.length && (starts[at] ^ Integer.MIN_VALUE) >>> 16 < upper) {
                at++;
            }
            first[upper] = at;
        }
        first[1 << 16] = starts.length;
        return first;
    }
}
