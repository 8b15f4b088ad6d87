package dev.sallyport.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ranges of addresses, each with a number from 0 to 2^26 - 1, on their way into a table. For one thread. */
public final class AddressRanges {

    /** Says what number holds where ranges meet. */
    interface Numbers {

        /** Returns the number for a range that was given with all of {@code numbers}, which ascend, two at least. */
        int together(int[] numbers);

        /** Returns the number for a range of number {@code inner} inside a range for which {@code outer} holds. */
        int within(int outer, int inner);
    }

    private static final long IPV4 = 0xffff_0000_0000L;
    private static final int NUMBER_BITS = 26;
    private static final int NUMBER = (1 << NUMBER_BITS) - 1;
    private static final int DEEPEST = 130;

    private long[] ipv4 = new long[8];
    private int ipv4Count;
    private long[] high = new long[4];
    private long[] low = new long[4];
    private long[] rest = new long[4];
    private int ipv6Count;

    /** Adds a range. */
    public void add(Prefix prefix, int number) {
        add(prefix.network().high(), prefix.network().low(), prefix.length(), number);
    }

    /**
     * Adds the range of the addresses that share their first {@code length} bits of 128 with the one given; its other bits
     * are 0.
     */
    public void add(long networkHigh, long networkLow, int length, int number) {
        if (networkHigh == 0 && networkLow >>> 32 == 0xffff) {
            addIpv4((int) networkLow, length - 96, number);
            return;
        }
        if (ipv6Count == high.length) {
            high = Arrays.copyOf(high, 2 * ipv6Count);
            low = Arrays.copyOf(low, 2 * ipv6Count);
            rest = Arrays.copyOf(rest, 2 * ipv6Count);
        }
        high[ipv6Count] = networkHigh;
        low[ipv6Count] = networkLow;
        rest[ipv6Count++] = (long) length << NUMBER_BITS | number;
    }

    /** Adds the range of the IPv4 addresses that share their first {@code length} bits of 32 with the one given. */
    public void addIpv4(int network, int length, int number) {
        if (ipv4Count == ipv4.length) {
            ipv4 = Arrays.copyOf(ipv4, 2 * ipv4Count);
        }
        ipv4[ipv4Count++] = (network & 0xffff_ffffL ^ 0x8000_0000L) << 32 | (long) length << NUMBER_BITS | number;
    }

    /** Returns how many ranges were added. */
    public int size() {
        return ipv4Count + ipv6Count;
    }

    /** Returns the table of ranges that have one number only; to be called once. */
    public AddressTable table() {
        return table(null);
    }

    /**
     * Returns the table of the ranges; to be called once.
     *
     * @param numbers says what holds where ranges meet; null if it is the number of the smaller one
     */
    AddressTable table(@Nullable Numbers numbers) {
        Ascending.sort(ipv4, ipv4Count);
        int[] order = order();
        Sweep sweep = new Sweep(numbers, ipv4Count, ipv6Count);
        int i = 0;
        for (; i < ipv6Count && high[order[i]] == 0 && Long.compareUnsigned(low[order[i]], IPV4) < 0; i++) {
            sweep.next(high[order[i]], low[order[i]], rest[order[i]]);
        }
        for (int j = 0; j < ipv4Count; j++) {
            long network = IPV4 | (ipv4[j] >>> 32 ^ 0x8000_0000L);
            sweep.next(0, network, (ipv4[j] & 0xffff_ffffL) + (96L << NUMBER_BITS));
        }
        for (; i < ipv6Count; i++) {
            sweep.next(high[order[i]], low[order[i]], rest[order[i]]);
        }
        return sweep.end();
    }

    private boolean inOrder(int a, int b) {
        int c = Long.compareUnsigned(high[a], high[b]);
        c = c != 0 ? c : Long.compareUnsigned(low[a], low[b]);
        return c != 0 ? c < 0 : rest[a] <= rest[b];
    }

    /** The order of the IPv6 ranges, by merging. */
    private int[] order() {
        int[] order = new int[ipv6Count];
        for (int i = 0; i < ipv6Count; i++) {
            order[i] = i;
        }
        int[] merged = new int[ipv6Count];
        for (int width = 1; width < ipv6Count; width *= 2) {
            for (int from = 0; from < ipv6Count; from += 2 * width) {
                int middle = Math.min(from + width, ipv6Count);
                int to = Math.min(middle + width, ipv6Count);
                int a = from;
                int b = middle;
                for (int at = from; at < to; at++) {
                    boolean first = a < middle && (b == to || inOrder(order[a], order[b]));
                    merged[at] = first ? order[a++] : order[b++];
                }
            }
            int[] swap = order;
            order = merged;
            merged = swap;
        }
        return order;
    }

    /** Goes through ranges in their order, with those open that contain the present one. */
    private static final class Sweep {

        private final @Nullable Numbers numbers;
        private final Stretches ipv4;
        private final Stretches ipv6;
        private final long[] openHigh = new long[DEEPEST];
        private final long[] openLow = new long[DEEPEST];
        private final int[] openLength = new int[DEEPEST];
        private final int[] openNumber = new int[DEEPEST];
        private int open;
        private long nextHigh;
        private long nextLow;
        private int nextLength = -1;
        private int[] given = new int[4];
        private int givenCount;

        Sweep(@Nullable Numbers numbers, int ipv4Count, int ipv6Count) {
            this.numbers = numbers;
            this.ipv4 = new Stretches(2 * ipv4Count + 2);
            this.ipv6 = new Stretches(2 * ipv6Count + 2);
        }

        void next(long high, long low, long rest) {
            int length = (int) (rest >>> NUMBER_BITS);
            int number = (int) rest & NUMBER;
            if (length != nextLength || high != nextHigh || low != nextLow) {
                open();
                nextHigh = high;
                nextLow = low;
                nextLength = length;
            } else if (given[givenCount - 1] == number) {
                return;
            }
            if (givenCount == given.length) {
                given = Arrays.copyOf(given, 2 * givenCount);
            }
            given[givenCount++] = number;
        }

        AddressTable end() {
            open();
            while (open > 0) {
                close();
            }
            ipv4.begin(0, IPV4, ipv6.size() == 0 ? AddressTable.NONE : numberBeforeIpv4());
            return new AddressTable(ipv4, ipv6);
        }

        private int numberBeforeIpv4() {
            return ipv6.at(ipv6.last(0, IPV4));
        }

        /** Opens the range that was given last. */
        private void open() {
            if (givenCount == 0) {
                return;
            }
            while (open > 0 && !contains(open - 1)) {
                close();
            }
            int number = given[0];
            if (numbers != null) {
                number = givenCount == 1 ? number : numbers.together(Arrays.copyOf(given, givenCount));
                number = open == 0 ? number : numbers.within(openNumber[open - 1], number);
            }
            openHigh[open] = nextHigh;
            openLow[open] = nextLow;
            openLength[open] = nextLength;
            openNumber[open++] = number;
            from(nextHigh, nextLow, number);
            givenCount = 0;
        }

        private boolean contains(int range) {
            int length = openLength[range];
            return (nextHigh & Prefix.highMask(length)) == openHigh[range]
                    && (nextLow & Prefix.lowMask(length)) == openLow[range];
        }

        private void close() {
            open--;
            int length = openLength[open];
            long lastHigh = openHigh[open] | ~Prefix.highMask(length);
            long afterLow = (openLow[open] | ~Prefix.lowMask(length)) + 1;
            long afterHigh = afterLow == 0 ? lastHigh + 1 : lastHigh;
            if (afterLow != 0 || afterHigh != 0) {
                from(afterHigh, afterLow, open == 0 ? AddressTable.NONE : openNumber[open - 1]);
            }
        }

        private void from(long high, long low, int number) {
            if (high == 0 && low >>> 32 == 0xffff) {
                ipv4.from(high, low, number);
            } else {
                ipv6.from(high, low, number);
            }
        }
    }
}
