package dev.sallyport.policy.content;

/** Kinds of bytes in the texts that detectors look at. */
final class Chars {

    static final int DIGIT = 1;
    static final int UPPER = 1 << 1;
    static final int LOWER = 1 << 2;
    /** {@code -} and {@code _}. */
    static final int DASH = 1 << 3;
    /** {@code +} and {@code /}. */
    static final int PLUS = 1 << 4;
    /** White space. */
    static final int SPACE = 1 << 5;

    static final int ALPHANUMERIC = DIGIT | UPPER | LOWER;
    static final int WORD = ALPHANUMERIC | DASH;
    static final int BASE64 = WORD | PLUS;

    private static final byte[] KINDS = kinds();

    private Chars() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < kinds.length; c++) {
            int kind = 0;
            if (c >= '0' && c <= '9') {
                kind = DIGIT;
            } else if (c >= 'A' && c <= 'Z') {
                kind = UPPER;
            } else if (c >= 'a' && c <= 'z') {
                kind = LOWER;
            } else if (c == '-' || c == '_') {
                kind = DASH;
            } else if (c == '+' || c == '/') {
                kind = PLUS;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                kind = SPACE;
            }
            kinds[c] = (byte) kind;
        }
        return kinds;
    }

    static boolean is(byte b, int kinds) {
        return (KINDS[b & 0xff] & kinds) != 0;
    }

    /** Returns the end of the run of these kinds that begins at {@code from}. */
    static int run(byte[] text, int from, int end, int kinds) {
        int i = from;
        while (i < end && (KINDS[text[i] & 0xff] & kinds) != 0) {
            i++;
        }
        return i;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
