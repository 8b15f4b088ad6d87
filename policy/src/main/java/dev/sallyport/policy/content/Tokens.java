package dev.sallyport.policy.content;

import java.util.List;

/**
 * Credentials: by the prefix that who issues them gives them, and by a name such as {@code password} that they are given to,
 * if they look like something made up at random and not like a word, a placeholder or code.
 */
final class Tokens {

    /** The least bits a character that something made up at random has, by its length. */
    private static final double LEAST_BITS = 2.8;

    private static final int MOST_VALUE = 256;
    private static final int LEAST_VALUE = 8;

    /**
     * How a token looks.
     *
     * @param prefix its prefix in lower case, with {@code -} for what may stand there
     * @param exact its prefix as it is written
     * @param kinds the kinds of characters that follow
     * @param least how many at least
     * @param most how many at most
     * @param mixed whether there must be both letters and digits, and as many different ones as at random
     */
    record Form(String prefix, String exact, int kinds, int least, int most, boolean mixed) {}

    static final Form NO_FORM = new Form("", "", 0, 0, 0, false);

    /** The prefixes as their issuers document them. */
    static final List<Form> FORMS = List.of(
            // AWS: ids of access keys, lasting and temporary
            form("AKIA", Chars.UPPER | Chars.DIGIT, 16, 16, true),
            form("ASIA", Chars.UPPER | Chars.DIGIT, 16, 16, true),
            // GitHub: personal, OAuth, user-to-server, server-to-server, refresh, fine-grained
            form("ghp_", Chars.ALPHANUMERIC, 36, 255, true),
            form("gho_", Chars.ALPHANUMERIC, 36, 255, true),
            form("ghu_", Chars.ALPHANUMERIC, 36, 255, true),
            form("ghs_", Chars.ALPHANUMERIC, 36, 255, true),
            form("ghr_", Chars.ALPHANUMERIC, 36, 255, true),
            form("github_pat_", Chars.ALPHANUMERIC | Chars.DASH, 40, 255, true),
            form("glpat-", Chars.WORD, 20, 255, true),
            form("xoxa-", Chars.WORD, 10, 255, true),
            form("xoxb-", Chars.WORD, 10, 255, true),
            form("xoxe-", Chars.WORD, 10, 255, true),
            form("xoxp-", Chars.WORD, 10, 255, true),
            form("xoxr-", Chars.WORD, 10, 255, true),
            form("xoxs-", Chars.WORD, 10, 255, true),
            form("sk_live_", Chars.ALPHANUMERIC, 16, 255, true),
            form("rk_live_", Chars.ALPHANUMERIC, 16, 255, true),
            form("AIza", Chars.WORD, 35, 35, true),
            form("sk-ant-", Chars.WORD, 20, 255, true),
            form("sk-proj-", Chars.WORD, 20, 255, true),
            form("sk-", Chars.ALPHANUMERIC, 32, 255, true),
            // Azure: the key of a storage account, 64 bytes; a shared access signature, 32
            form("AccountKey=", Chars.BASE64, 80, 128, true),
            form("sig=", Chars.BASE64, 40, 64, true),
            form("npm_", Chars.ALPHANUMERIC, 36, 36, true),
            form("pypi-", Chars.WORD, 50, 255, true));

    /** The names after which a value is looked at; what is written {@code _} here may also be {@code -} or a blank. */
    static final List<String> NAMES = List.of(
            "password",
            "passwd",
            "pwd",
            "passphrase",
            "secret",
            "secret_key",
            "secret-key",
            "secretkey",
            "secretaccesskey",
            "secret_access_key",
            "api_key",
            "api-key",
            "apikey",
            "access_key",
            "access-key",
            "accesskey",
            "access_token",
            "accesstoken",
            "auth_token",
            "authtoken");

    private Tokens() {}

    private static Form form(String exact, int kinds, int least, int most, boolean mixed) {
        return new Form(exact.toLowerCase(java.util.Locale.ROOT), exact, kinds, least, most, mixed);
    }

    static int check(Form form, byte[] text, int start, int after, int end, boolean last) {
        String exact = form.exact;
        for (int i = 0; i < exact.length(); i++) {
            if (text[start + i] != exact.charAt(i)) {
                return Keywords.NO;
            }
        }
        if (start > 0 && Chars.is(text[start - 1], Chars.WORD)) {
            return Keywords.NO;
        }
        int until = Chars.run(text, after, Math.min(end, after + form.most + 1), form.kinds);
        int length = until - after;
        if (until == end && !last && length <= form.most) {
            return Keywords.MORE;
        }
        if (length < form.least || length > form.most) {
            return Keywords.NO;
        }
        boolean goesOn = until < end && Chars.is(text[until], Chars.ALPHANUMERIC);
        return !goesOn && !isExample(text, until) && (!form.mixed || isRandom(text, after, until))
                ? until
                : Keywords.NO;
    }

    /** AWS's own documentation has keys that end so, and everybody copies them. */
    private static boolean isExample(byte[] text, int until) {
        String word = "EXAMPLE";
        for (int i = 0; i < word.length(); i++) {
            if (text[until - word.length() + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Checks what is given to a name: {@code password=...}, {@code "api_key": "..."}. */
    static int checkNamed(byte[] text, int start, int after, int end, boolean last) {
        int i = after;
        boolean given = false;
        int most = Math.min(end, after + 16);
        byte quote = 0;
        for (; i < most; i++) {
            byte b = text[i];
            if (b == '=' || b == ':') {
                given = true;
                quote = 0;
            } else if (b == '"' || b == '\'') {
                quote = b;
            } else if (b != ' ' && b != '\\' && b != '>') {
                break;
            }
        }
        if (i == most) {
            return most == end ? Keywords.cut(last) : Keywords.NO;
        }
        if (!given) {
            return Keywords.NO;
        }
        int from = i;
        int limit = Math.min(end, from + MOST_VALUE);
        while (i < limit && isOfValue(text[i], quote)) {
            i++;
        }
        if (i == end && !last) {
            return Keywords.MORE;
        }
        int length = i - from;
        if (length < LEAST_VALUE || length >= MOST_VALUE) {
            return Keywords.NO;
        }
        return isRandom(text, from, i) && !isCode(text, from, i) ? i : Keywords.NO;
    }

    private static boolean isOfValue(byte b, byte quote) {
        if (quote != 0) {
            return b != quote && b != '\\' && b != '\n' && b != '\r' && b != ' ';
        }
        return !Chars.is(b, Chars.SPACE)
                && b != '"'
                && b != '\''
                && b != '&'
                && b != ';'
                && b != ','
                && b != '<'
                && b != '}'
                && b != ')'
                && b != ']';
    }

    /** Placeholders, references to variables, calls. */
    private static boolean isCode(byte[] text, int from, int to) {
        byte first = text[from];
        if (first == '$' || first == '<' || first == '{' || first == '%' || first == '*') {
            return true;
        }
        for (int i = from; i < to; i++) {
            if (text[i] == '(' || text[i] == '{' || (text[i] == ':' && i + 1 < to && text[i + 1] == '/')) {
                return true;
            }
        }
        return false;
    }

    /** Whether it has letters and digits, and as many different ones as something made up at random. */
    private static boolean isRandom(byte[] text, int from, int to) {
        int[] counts = new int[128];
        int letters = 0;
        int digits = 0;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            counts[b & 0x7f]++;
            letters += Chars.is(b, Chars.UPPER | Chars.LOWER) ? 1 : 0;
            digits += Chars.isDigit(b) ? 1 : 0;
        }
        if (letters == 0 || digits == 0) {
            return false;
        }
        int length = to - from;
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / length;
                bits -= share * Math.log(share);
            }
        }
        return bits / Math.log(2) >= Math.min(LEAST_BITS, 0.8 * Math.log(length) / Math.log(2));
    }
}
