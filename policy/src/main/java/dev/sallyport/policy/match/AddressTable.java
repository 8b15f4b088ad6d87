package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import java.util.List;

/**
 * Finds the number of the smallest of many address ranges that contains an address. Ranges of addresses nest or are disjoint,
 * so the address space falls into stretches of one number each: finding it is one binary search, for IPv4 in a large table
 * within the two or so stretches that share its upper bits. A stretch takes 4 bytes for IPv4 and 16 for IPv6, and 4 more where
 * there is more than one number. Immutable but for {@link #renumber}.
 */
public final class AddressTable {

    /** What {@link #find} says of an address in none of the ranges. */
    public static final int NONE = -1;

    /** From so many stretches on, the table of the upper 16 bits is worth its 256 KiB. */
    private static final int LARGE = 1 << 12;

    private static final int BLOCKS = 1 << 16;
    private static final int SHIFT_BITS = 5;
    private static final int SHIFT = (1 << SHIFT_BITS) - 1;

    private final Stretches ipv6;
    private final int size;

    /** Where each stretch begins, and behind each its number, unless they are {@link #only} and none in turn. */
    private final int[] ipv4;

    private final boolean alternating;
    private final boolean firstIn;
    private int only;

    /** For the addresses that share 16 bits, the first of their buckets, and how far to shift the others to get the bucket. */
    private final int[] blocks;

    /** For each bucket the first stretch that begins there or later; so the one before reaches into it. */
    private final int[] buckets;

    /**
     * @param ipv4 the stretches of IPv4 addresses, the first of which begins at 0.0.0.0
     * @param ipv6 those of all others
     */
    AddressTable(Stretches ipv4, Stretches ipv6) {
        this.size = ipv4.size();
        this.alternating = ipv4.alternating();
        this.firstIn = ipv4.at(0) == 0;
        this.ipv4 = new int[alternating ? size : 2 * size];
        for (int i = 0; i < size; i++) {
            this.ipv4[alternating ? i : 2 * i] = ipv4.ipv4Start(i);
            if (!alternating) {
                this.ipv4[2 * i + 1] = ipv4.at(i);
            }
        }
        this.blocks = size < LARGE ? new int[0] : new int[BLOCKS];
        this.buckets = size < LARGE ? new int[0] : buckets();
        this.ipv6 = ipv6.trimmed();
    }

    /** Returns a table that says which addresses are in one of {@code prefixes}; the number of each is 0. */
    public static AddressTable of(List<Prefix> prefixes) {
        AddressRanges ranges = new AddressRanges();
        for (int i = 0; i < prefixes.size(); i++) {
            ranges.add(prefixes.get(i), 0);
        }
        return ranges.table();
    }

    /** Has each number stand for another; to be called once, before the table is used. */
    void renumber(int[] by) {
        only = alternating && by.length > 0 ? by[0] : 0;
        for (int i = 1; !alternating && i < ipv4.length; i += 2) {
            ipv4[i] = ipv4[i] == NONE ? NONE : by[ipv4[i]];
        }
        ipv6.renumber(by);
    }

    /** Returns the number of the smallest range that contains {@code address}, or {@link #NONE}. */
    public int find(Address address) {
        return address.isIpv4() ? findIpv4((int) address.low()) : ipv6.at(ipv6.last(address.high(), address.low()));
    }

    /** Returns the number of the smallest range that contains an IPv4 address given in network order, or {@link #NONE}. */
    public int findIpv4(int bits) {
        int from = 0;
        int to = size - 1;
        if (blocks.length != 0) {
            int block = blocks[bits >>> 16];
            int bucket = (block >>> SHIFT_BITS) + ((bits & 0xffff) >>> (block & SHIFT));
            from = buckets[bucket];
            to = buckets[bucket + 1] - 1;
        }
        int wanted = bits ^ Integer.MIN_VALUE;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (start(middle) <= wanted) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return alternating ? ((to & 1) == 0) == firstIn ? only : NONE : ipv4[2 * to + 1];
    }

    private int start(int stretch) {
        return ipv4[alternating ? stretch : 2 * stretch];
    }

    /** Returns whether one of the ranges contains {@code address}. */
    public boolean contains(Address address) {
        return find(address) != NONE;
    }

    /** Returns whether there are no ranges. */
    public boolean isEmpty() {
        return size == 1 && findIpv4(0) == NONE && ipv6.size() == 0;
    }

    /** Shares the addresses of each block out to so many buckets that two stretches or so begin in each. */
    private int[] buckets() {
        int count = 0;
        int at = 0;
        for (int upper = 0; upper < BLOCKS; upper++) {
            int first = at;
            while (at < size && upper(at) == upper) {
                at++;
            }
            int bits = Math.max(0, 31 - Integer.numberOfLeadingZeros(Math.max(1, at - first)) - 1);
            blocks[upper] = count << SHIFT_BITS | 16 - bits;
            count += 1 << bits;
        }
        int[] first = new int[count + 1];
        at = 0;
        for (int upper = 0; upper < BLOCKS; upper++) {
            int bucket = blocks[upper] >>> SHIFT_BITS;
            int shift = blocks[upper] & SHIFT;
            for (int lower = 0; lower < 1 << 16 - shift; lower++) {
                while (at < size && isBefore(at, upper, lower, shift)) {
                    at++;
                }
                first[bucket + lower] = at;
            }
        }
        first[count] = size;
        return first;
    }

    private int upper(int stretch) {
        return (start(stretch) ^ Integer.MIN_VALUE) >>> 16;
    }

    private boolean isBefore(int stretch, int upper, int lower, int shift) {
        int of = upper(stretch);
        return of < upper || (of == upper && (start(stretch) & 0xffff) >>> shift < lower);
    }
}
