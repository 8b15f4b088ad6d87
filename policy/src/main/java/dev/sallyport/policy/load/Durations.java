package dev.sallyport.policy.load;

import org.jspecify.annotations.Nullable;

/** Reads times such as {@code 500ms}, {@code 30s}, {@code 15m}, {@code 24h}, {@code 30d}. */
public final class Durations {

    static final long SECOND = 1_000_000_000L;
    static final long HOUR = 3_600 * SECOND;
    static final long DAY = 24 * HOUR;

    private static final int MOST_DIGITS = 9;

    private Durations() {}

    /**
     * Returns a time in nanoseconds; {@code least}, with the problem noted, if it is none or out of its bounds.
     *
     * @param what as messages call it, such as {@code 'per'}
     * @param least the shortest that is accepted, in nanoseconds
     * @param most the longest that is accepted, in nanoseconds
     */
    public static long nanos(Reading reading, Node node, String what, long least, long most) {
        Node.Scalar word = reading.word(node, what);
        if (word == null) {
            return least;
        }
        long nanos = parse(word.text());
        if (nanos < 0) {
            reading.problems()
                    .error(
                            word,
                            what + " cannot be '" + word.text() + "'",
                            "write a number and a unit, such as 500ms, 30s, 15m, 24h or 30d");
            return least;
        }
        if (nanos < least || nanos > most) {
            reading.problems().error(word, what + " must be between " + text(least) + " and " + text(most), null);
            return least;
        }
        return nanos;
    }

    /** Returns nanoseconds, -1 if the text is no time. */
    private static long parse(String text) {
        int digits = 0;
        long number = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            number = digits < MOST_DIGITS ? number * 10 + text.charAt(digits) - '0' : number;
            digits++;
        }
        long unit = unit(text.substring(digits));
        if (digits == 0 || unit < 0) {
            return -1;
        }
        return digits > MOST_DIGITS || number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "ms" -> SECOND / 1_000;
            case "s" -> SECOND;
            case "m" -> 60 * SECOND;
            case "h" -> HOUR;
            case "d" -> DAY;
            default -> -1;
        };
    }

    /** Returns a time as a policy would write it. */
    static String text(long nanos) {
        if (nanos % DAY == 0) {
            return nanos / DAY + "d";
        }
        if (nanos % HOUR == 0) {
            return nanos / HOUR + "h";
        }
        if (nanos % (60 * SECOND) == 0) {
            return nanos / (60 * SECOND) + "m";
        }
        return nanos % SECOND == 0 ? nanos / SECOND + "s" : nanos / (SECOND / 1_000) + "ms";
    }

    /** Returns the word of {@code node}, null if it is none; notes nothing. */
    static @Nullable String word(@Nullable Node node) {
        return node instanceof Node.Scalar scalar && !scalar.absent() ? scalar.text() : null;
    }
}
