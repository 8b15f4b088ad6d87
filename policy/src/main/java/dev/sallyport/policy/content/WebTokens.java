package dev.sallyport.policy.content;

import java.nio.charset.StandardCharsets;

/** JSON Web Tokens: three parts in base64url with dots between them, the first of which is an object with an {@code alg}. */
final class WebTokens {

    private static final int MOST_HEADER = 1024;
    /** So much of the second part is enough to know it. */
    private static final int MOST_CLAIMS = 2048;

    private static final int LEAST_CLAIMS = 8;

    private WebTokens() {}

    static int check(byte[] text, int start, int end, boolean last) {
        if (text[start] != 'e' || text[start + 1] != 'y' || text[start + 2] != 'J') {
            return Keywords.NO;
        }
        if (start > 0 && Chars.is(text[start - 1], Chars.WORD)) {
            return Keywords.NO;
        }
        int dot = Chars.run(text, start, Math.min(end, start + MOST_HEADER), Chars.WORD);
        if (dot == end) {
            return Keywords.cut(last);
        }
        if (text[dot] != '.' || !isHeader(text, start, dot)) {
            return Keywords.NO;
        }
        int most = Math.min(end, dot + 1 + MOST_CLAIMS);
        int second = Chars.run(text, dot + 1, most, Chars.WORD);
        if (second - dot - 1 == MOST_CLAIMS) {
            return second;
        }
        if (second == end) {
            // Cut off here it is as good as whole: what signs it is no secret of its own.
            return last && second - dot > LEAST_CLAIMS ? second : Keywords.cut(last);
        }
        if (text[second] != '.' || second - dot - 1 < LEAST_CLAIMS) {
            return Keywords.NO;
        }
        return Chars.run(text, second + 1, Math.min(end, second + 1 + MOST_CLAIMS), Chars.WORD);
    }

    private static boolean isHeader(byte[] text, int start, int end) {
        byte[] header = new byte[3 * (end - start) / 4];
        int length = Base64Text.decode(text, start, end, header);
        String json = new String(header, 0, length, StandardCharsets.ISO_8859_1);
        return json.startsWith("{\"") && json.endsWith("}") && json.indexOf("\"alg\"") > 0;
    }
}
