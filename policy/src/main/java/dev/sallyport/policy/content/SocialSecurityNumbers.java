package dev.sallyport.policy.content;

/**
 * Social security numbers of the United States: three digits, two and four, with a dash or a space between them; or nine in
 * a row after a word that says what they are. Areas 000, 666 and from 900 on, group 00 and serial 0000 were never given out.
 */
final class SocialSecurityNumbers {

    private static final int LENGTH = 9;
    /** How far after its name a number may stand. */
    private static final int NEAR = 24;

    private SocialSecurityNumbers() {}

    static int check(byte[] text, int start, int end, boolean last) {
        int after = start + LENGTH + 2;
        byte separator = text[start + 3];
        if (separator == '+' || separator != text[start + 6]) {
            return Keywords.NO;
        }
        if (start > 0
                && (PaymentCards.isPartOf(text, start)
                        || (text[start - 1] == separator && start > 1 && Chars.isDigit(text[start - 2])))) {
            return Keywords.NO;
        }
        if (after + 1 >= end && !last) {
            return Keywords.MORE;
        }
        boolean goesOn = PaymentCards.isContinued(text, after, end)
                || (after + 1 < end && text[after] == separator && Chars.isDigit(text[after + 1]));
        return !goesOn && isIssued(number(text, start, 3), number(text, start + 4, 2), number(text, start + 7, 4))
                ? after
                : Keywords.NO;
    }

    static int checkNamed(byte[] text, int after, int end, boolean last) {
        int from = after;
        int most = Math.min(end, after + NEAR);
        while (from < most && !Chars.isDigit(text[from])) {
            from++;
        }
        if (from == most) {
            return most == end ? Keywords.cut(last) : Keywords.NO;
        }
        int until = Chars.run(text, from, end, Chars.DIGIT);
        if (until == end && !last && until - from <= LENGTH) {
            return Keywords.MORE;
        }
        return until - from == LENGTH
                        && !PaymentCards.isPartOf(text, from)
                        && !PaymentCards.isContinued(text, until, end)
                        && isIssued(number(text, from, 3), number(text, from + 3, 2), number(text, from + 5, 4))
                ? until
                : Keywords.NO;
    }

    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = number * 10 + text[i] - '0';
        }
        return number;
    }

    private static boolean isIssued(int area, int group, int serial) {
        return area > 0 && area != 666 && area < 900 && group > 0 && serial > 0;
    }
}
