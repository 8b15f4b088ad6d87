package dev.sallyport.policy.match;

import java.util.Arrays;

/**
 * Sorts numbers. Few of them it sorts itself, since the JDK's sort, from JDK 22 on, links method references at its first
 * call, which costs a cold JVM some milliseconds of its start.
 */
final class Ascending {

    private static final int FEW = 32;

    private Ascending() {}

    /** Sorts the first {@code size} numbers. */
    static void sort(int[] numbers, int size) {
        if (size > FEW) {
            Arrays.sort(numbers, 0, size);
            return;
        }
        for (int i = 1; i < size; i++) {
            int number = numbers[i];
            int at = i;
            for (; at > 0 && numbers[at - 1] > number; at--) {
                numbers[at] = numbers[at - 1];
            }
            numbers[at] = number;
        }
    }

    /** Sorts the first {@code size} numbers. */
    static void sort(long[] numbers, int size) {
        if (size > FEW) {
            Arrays.sort(numbers, 0, size);
            return;
        }
        for (int i = 1; i < size; i++) {
            long number = numbers[i];
            int at = i;
            for (; at > 0 && numbers[at - 1] > number; at--) {
                numbers[at] = numbers[at - 1];
            }
            numbers[at] = number;
        }
    }
}
