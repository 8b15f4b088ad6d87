package dev.sallyport.policy.content;

/** Private keys: after the line that announces one there must stand some of it. */
final class PrivateKeys {

    private static final String[] ENDS = {"PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"};
    private static final int MOST_KIND = 32;
    /** How far after its first line a key may begin: what is said of its encryption stands before it. */
    private static final int NEAR = 256;

    private static final int LEAST = 24;

    private PrivateKeys() {}

    /** Checks what follows {@code -----BEGIN} and a blank. */
    static int checkPem(byte[] text, int after, int end, boolean last) {
        int line = after;
        int most = Math.min(end, after + MOST_KIND + ENDS[1].length());
        while (line < most && (Chars.is(text[line], Chars.UPPER | Chars.DIGIT) || text[line] == ' ')) {
            line++;
        }
        int dashes = line;
        while (dashes < most && dashes < line + 5 && text[dashes] == '-') {
            dashes++;
        }
        if (dashes == end && dashes < line + 5) {
            return Keywords.cut(last);
        }
        if (dashes < line + 5 || !(endsWith(text, after, dashes, ENDS[0]) || endsWith(text, after, dashes, ENDS[1]))) {
            return Keywords.NO;
        }
        return key(text, dashes, end, last);
    }

    static int checkPutty(byte[] text, int start, int after, int end, boolean last) {
        if (text[start] != 'P' || text[start + 2] != 'T') {
            return Keywords.NO;
        }
        return after + 1 < end || last
                ? after < end && Chars.isDigit(text[after]) ? after + 1 : Keywords.NO
                : Keywords.MORE;
    }

    private static int key(byte[] text, int from, int end, boolean last) {
        int most = Math.min(end, from + NEAR);
        int i = from;
        while (i < most) {
            int run = Chars.run(text, i, end, Chars.BASE64);
            if (run - i >= LEAST) {
                return run;
            }
            if (run == end) {
                break;
            }
            i = run + 1;
        }
        return most == end ? Keywords.cut(last) : Keywords.NO;
    }

    private static boolean endsWith(byte[] text, int from, int to, String suffix) {
        int start = to - suffix.length();
        if (start < from) {
            return false;
        }
        for (int i = 0; i < suffix.length(); i++) {
            if (text[start + i] != suffix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
