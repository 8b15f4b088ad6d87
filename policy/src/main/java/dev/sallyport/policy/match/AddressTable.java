package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Finds the smallest of many address ranges that contains an address. Ranges of addresses nest or are disjoint, so the
 * address space falls into stretches, each of which belongs to one smallest range: finding it is one binary search.
 * Immutable.
 */
public final class AddressTable {

    /** What {@link #find} says of an address in none of the ranges. */
    public static final int NONE = -1;

    private final Prefix[] prefixes;
    private final int[] parents;
    private final long[] startHigh;
    private final long[] startLow;
    private final int[] owner;

    /** Creates a table of ranges; those given twice count once. */
    public AddressTable(Collection<Prefix> ranges) {
        Prefix[] sorted = ranges.toArray(new Prefix[0]);
        Arrays.sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || !sorted[i].equals(sorted[i - 1])) {
                sorted[count++] = sorted[i];
            }
        }
        this.prefixes = Arrays.copyOf(sorted, count);
        this.parents = new int[count];
        Stretches stretches = new Stretches(2 * count);
        int open = NONE;
        for (int i = 0; i < count; i++) {
            while (open != NONE && !prefixes[open].contains(prefixes[i].network())) {
                stretches.after(prefixes[open].last(), parents[open]);
                open = parents[open];
            }
            parents[i] = open;
            stretches.from(prefixes[i].network(), i);
            open = i;
        }
        for (; open != NONE; open = parents[open]) {
            stretches.after(prefixes[open].last(), parents[open]);
        }
        this.startHigh = Arrays.copyOf(stretches.high, stretches.size);
        this.startLow = Arrays.copyOf(stretches.low, stretches.size);
        this.owner = Arrays.copyOf(stretches.owner, stretches.size);
    }

    /** Returns the number of the smallest range that contains {@code address}, or {@link #NONE}. */
    public int find(Address address) {
        int from = 0;
        int to = owner.length - 1;
        long high = address.high();
        long low = address.low();
        while (from <= to) {
            int middle = (from + to) >>> 1;
            long h = startHigh[middle];
            if (h == high ? Long.compareUnsigned(startLow[middle], low) <= 0 : Long.compareUnsigned(h, high) < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to < 0 ? NONE : owner[to];
    }

    /** Returns whether one of the ranges contains {@code address}. */
    public boolean contains(Address address) {
        return find(address) != NONE;
    }

    /** Returns the ranges in the order of their numbers: each after those that contain it. */
    public List<Prefix> prefixes() {
        return new ArrayList<>(Arrays.asList(prefixes));
    }

    /** Returns the number of the smallest range around the range {@code number}, or {@link #NONE}. */
    public int parent(int number) {
        return parents[number];
    }

    /** The stretches found so far, in ascending order. */
    private static final class Stretches {

        private final long[] high;
        private final long[] low;
        private final int[] owner;
        private int size;

        Stretches(int capacity) {
            this.high = new long[capacity];
            this.low = new long[capacity];
            this.owner = new int[capacity];
        }

        void from(Address start, int range) {
            if (size > 0 && high[size - 1] == start.high() && low[size - 1] == start.low()) {
                owner[size - 1] = range;
                return;
            }
            high[size] = start.high();
            low[size] = start.low();
            owner[size++] = range;
        }

        void after(Address last, int range) {
            long nextLow = last.low() + 1;
            long nextHigh = nextLow == 0 ? last.high() + 1 : last.high();
            if (nextLow != 0 || nextHigh != 0) {
                from(new Address(nextHigh, nextLow), range);
            }
        }
    }
}
