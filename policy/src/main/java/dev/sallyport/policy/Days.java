package dev.sallyport.policy;

/** Days of the calendar as numbers, without the classes that the JDK has for them: policies are read on a cold JVM. */
public final class Days {

    /** No day: later than any. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long MILLIS = 86_400_000L;

    private Days() {}

    /** Returns the day in UTC of a time in milliseconds since the epoch, in days since 1970-01-01. */
    public static long of(long epochMillis) {
        return Math.floorDiv(epochMillis, MILLIS);
    }

    /** Returns the day that is written {@code 2026-11-20}, in days since 1970-01-01; {@link #NEVER} if it is none. */
    public static long parse(String text) {
        if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return NEVER;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        if (year < 1970 || month < 1 || month > 12 || day < 1) {
            return NEVER;
        }
        long days = daysBefore(year, month) + day - 1;
        return text(days).equals(text) ? days : NEVER;
    }

    /** Returns a day as {@code 2026-11-20}. */
    public static String text(long day) {
        int year = 1970 + (int) (day / 366);
        while (daysBefore(year + 1, 1) <= day) {
            year++;
        }
        int month = 1;
        while (month < 12 && daysBefore(year, month + 1) <= day) {
            month++;
        }
        long inMonth = day - daysBefore(year, month) + 1;
        return year + (month < 10 ? "-0" : "-") + month + (inMonth < 10 ? "-0" : "-") + inMonth;
    }

    /** Counts the days before the first of a month; years before March's, as leap days end them. */
    private static long daysBefore(int year, int month) {
        long y = month <= 2 ? year - 1L : year;
        long monthsFromMarch = month + (month <= 2 ? 9L : -3L);
        return 365L * y + y / 4 - y / 100 + y / 400 + (153L * monthsFromMarch + 2) / 5 - 719_468;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = 10 * number + c - '0';
        }
        return number;
    }
}
