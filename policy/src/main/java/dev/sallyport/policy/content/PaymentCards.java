package dev.sallyport.policy.content;

/**
 * Numbers of payment cards: 13 to 19 digits, together or in groups with one separator between them, that begin as those of
 * an issuer do, are as long as its are, and whose last digit fits the others (Luhn). What is part of a longer word or
 * number, as in a UUID, a hash or a decimal fraction, is none.
 */
final class PaymentCards {

    private static final int LEAST = 13;
    private static final int MOST = 19;
    private static final int LEAST_GROUP = 3;

    private PaymentCards() {}

    static int check(byte[] text, int start, int end, boolean last) {
        if (start > 0 && isPartOf(text, start)) {
            return Keywords.NO;
        }
        long number = 0;
        int digits = 0;
        int group = 0;
        byte separator = 0;
        int i = start;
        for (; i < end; i++) {
            byte b = text[i];
            if (Chars.isDigit(b)) {
                if (++digits > MOST) {
                    return Keywords.NO;
                }
                number = number * 10 + b - '0';
                group++;
            } else if ((b == ' ' || b == '-' || b == '+')
                    && (separator == 0 ? digits == group : b == separator)
                    && group >= LEAST_GROUP
                    && digits < MOST) {
                if (i + 1 == end && !last) {
                    return Keywords.MORE;
                }
                if (i + 1 == end || !Chars.isDigit(text[i + 1])) {
                    break;
                }
                if (digits >= LEAST && separator == 0) {
                    break; // the number ends here, and another one follows
                }
                separator = b;
                group = 0;
            } else {
                break;
            }
        }
        if (i == end && !last) {
            return Keywords.MORE;
        }
        int length = i - start;
        if (digits < LEAST
                || (separator != 0 && group < LEAST_GROUP)
                || isContinued(text, i, end)
                || !isIssued(number, digits)
                || !isLuhn(number)) {
            return Keywords.NO;
        }
        return start + length;
    }

    /** Whether what stands before a number makes it a part of something longer. */
    static boolean isPartOf(byte[] text, int start) {
        byte before = text[start - 1];
        if (Chars.is(before, Chars.WORD)) {
            return true;
        }
        return before == '.' && start > 1 && Chars.isDigit(text[start - 2]);
    }

    /** Whether what stands after a number makes it a part of something longer. */
    static boolean isContinued(byte[] text, int after, int end) {
        if (after >= end) {
            return false;
        }
        byte b = text[after];
        if (Chars.is(b, Chars.ALPHANUMERIC) || b == '_') {
            return true;
        }
        return (b == '.' || b == '-') && after + 1 < end && Chars.is(text[after + 1], Chars.ALPHANUMERIC);
    }

    private static boolean isIssued(long number, int digits) {
        long first = number;
        for (int i = digits; i > 6; i--) {
            first /= 10;
        }
        int six = (int) first;
        int four = six / 100;
        int three = six / 1000;
        int two = six / 10_000;
        if (two / 10 == 4) {
            return digits == 13 || digits == 16 || digits == 19;
        }
        if (two == 34 || two == 37) {
            return digits == 15;
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
            return digits == 16;
        }
        if (two == 36 || two == 38 || two == 39 || (three >= 300 && three <= 305)) {
            return digits >= 14;
        }
        return digits >= 16 && isOfOthers(two, three, four);
    }

    /** Discover, UnionPay, JCB, Maestro. */
    private static boolean isOfOthers(int two, int three, int four) {
        return two == 62
                || two == 65
                || four == 6011
                || (three >= 644 && three <= 649)
                || (four >= 3528 && four <= 3589)
                || four == 5018
                || four == 5020
                || four == 5038
                || four == 5893
                || four == 6304
                || four == 6759
                || (four >= 6761 && four <= 6763);
    }

    private static boolean isLuhn(long number) {
        int sum = 0;
        boolean twice = false;
        for (long rest = number; rest > 0; rest /= 10) {
            int digit = (int) (rest % 10);
            int counted = twice ? 2 * digit : digit;
            sum += counted > 9 ? counted - 9 : counted;
            twice = !twice;
        }
        return sum % 10 == 0;
    }
}
