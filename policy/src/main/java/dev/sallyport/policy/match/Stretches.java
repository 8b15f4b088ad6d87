package dev.sallyport.policy.match;

import java.util.Arrays;

/** Stretches of addresses in ascending order, each with a number. Built on one thread, then immutable. */
final class Stretches {

    private static final long[] NO_LONGS = new long[0];
    private static final int[] NO_INTS = new int[0];

    private long[] high;
    private long[] low;
    private int[] numbers;
    private int size;
    private boolean alternating;
    private boolean firstIn;
    private int only;

    Stretches(int capacity) {
        this.high = new long[capacity];
        this.low = new long[capacity];
        this.numbers = new int[capacity];
    }

    int size() {
        return size;
    }

    /** Has what begins at an address, which is not below those given before, have {@code number}. */
    void from(long startHigh, long startLow, int number) {
        if (size > 0 && high[size - 1] == startHigh && low[size - 1] == startLow) {
            size--;
        }
        if ((size == 0 ? AddressTable.NONE : numbers[size - 1]) == number) {
            return;
        }
        append(startHigh, startLow, number);
    }

    private void append(long startHigh, long startLow, int number) {
        high[size] = startHigh;
        low[size] = startLow;
        numbers[size++] = number;
    }

    /** Puts what holds for the addresses before the first stretch in front, so that each address has a stretch. */
    void begin(long startHigh, long startLow, int number) {
        if (size > 0 && high[0] == startHigh && low[0] == startLow) {
            return;
        }
        boolean merges = size > 0 && numbers[0] == number;
        if (!merges) {
            System.arraycopy(high, 0, high, 1, size);
            System.arraycopy(low, 0, low, 1, size);
            System.arraycopy(numbers, 0, numbers, 1, size);
            size++;
        }
        high[0] = startHigh;
        low[0] = startLow;
        numbers[0] = number;
    }

    /** Returns the last stretch that begins at an address or below it, -1 if there is none. */
    int last(long wantedHigh, long wantedLow) {
        int from = 0;
        int to = size - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            long h = high[middle];
            if (h == wantedHigh
                    ? Long.compareUnsigned(low[middle], wantedLow) <= 0
                    : Long.compareUnsigned(h, wantedHigh) < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to;
    }

    /** Returns the number of a stretch; {@link AddressTable#NONE} before the first. */
    int at(int stretch) {
        if (stretch < 0) {
            return AddressTable.NONE;
        }
        return alternating ? ((stretch & 1) == 0) == firstIn ? only : AddressTable.NONE : numbers[stretch];
    }

    /** Returns where a stretch begins as an IPv4 address, ordered as a signed number. */
    int ipv4Start(int stretch) {
        return (int) low[stretch] ^ Integer.MIN_VALUE;
    }

    /** Returns whether the numbers are 0 and none in turn. */
    boolean alternating() {
        boolean onlyZero = true;
        for (int i = 0; i < size; i++) {
            onlyZero &= numbers[i] == AddressTable.NONE || numbers[i] == 0;
        }
        return onlyZero && size > 0;
    }

    /** Has each number stand for another. */
    void renumber(int[] by) {
        only = alternating ? by[0] : 0;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = numbers[i] == AddressTable.NONE ? AddressTable.NONE : by[numbers[i]];
        }
    }

    /** Gives back what room is left. Where the numbers are 0 and none in turn, they need not be kept. */
    Stretches trimmed() {
        alternating = alternating();
        firstIn = alternating && numbers[0] == 0;
        numbers = alternating || size == 0 ? NO_INTS : Arrays.copyOf(numbers, size);
        high = size == 0 ? NO_LONGS : Arrays.copyOf(high, size);
        low = size == 0 ? NO_LONGS : Arrays.copyOf(low, size);
        return this;
    }
}
