package dev.sallyport.gate;

import dev.sallyport.Denial;

/** The report of a refusal as it may stand in a text: plain, or with its characters escaped as in JSON, once or often. */
record Report(String text, String sentence) {

    /** A line as short as that may stand in any text. */
    private static final int SHORT_LINE = 12;

    private static final int HEX = 16;
    private static final int UNICODE_DIGITS = 4;

    static Report of(Denial denial) {
        return new Report(denial.text(), denial.forModel());
    }

    /** Returns {@code shown} with the sentence in place of the report, or of any of its lines but the first. */
    String hideIn(String shown) {
        String hidden = replace(shown, text);
        for (int end = text.indexOf('\n'); end >= 0; ) {
            int start = end + 1;
            end = text.indexOf('\n', start);
            String line = (end < 0 ? text.substring(start) : text.substring(start, end)).strip();
            if (line.length() >= SHORT_LINE) {
                hidden = replace(hidden, line);
            }
        }
        return hidden;
    }

    private String replace(String shown, String hide) {
        StringBuilder replaced = null;
        int copied = 0;
        for (int at = 0; at < shown.length(); at++) {
            int end = end(shown, at, hide);
            if (end > at) {
                replaced = replaced == null ? new StringBuilder(shown.length()) : replaced;
                replaced.append(shown, copied, at).append(sentence);
                copied = end;
                at = end - 1;
            }
        }
        return replaced == null
                ? shown
                : replaced.append(shown, copied, shown.length()).toString();
    }

    /** Returns where {@code hide}, which begins at {@code start}, ends; -1 if it does not begin there. */
    private static int end(String shown, int start, String hide) {
        int at = start;
        for (int i = 0; i < hide.length() && at >= 0; i++) {
            at = endOfCharacter(shown, at, hide.charAt(i));
        }
        return at;
    }

    private static int endOfCharacter(String shown, int start, char expected) {
        if (start >= shown.length()) {
            return -1;
        }
        char first = shown.charAt(start);
        if (first == expected && expected != '\\') {
            return start + 1;
        }
        if (first != '\\') {
            return -1;
        }
        int at = start;
        while (at < shown.length() && shown.charAt(at) == '\\') {
            at++; // JSON inside JSON doubles them
        }
        if (expected == '\\') {
            return at;
        }
        if (at == shown.length()) {
            return -1;
        }
        char escaped = shown.charAt(at);
        boolean meant = switch (expected) {
            case '\n' -> escaped == 'n';
            case '\t' -> escaped == 't';
            case '"', '\'', '/' -> escaped == expected;
            default -> false;
        };
        if (meant) {
            return at + 1;
        }
        return escaped == 'u' && isCode(shown, at + 1, expected) ? at + 1 + UNICODE_DIGITS : -1;
    }

    private static boolean isCode(String shown, int start, char expected) {
        if (start + UNICODE_DIGITS > shown.length()) {
            return false;
        }
        int code = 0;
        for (int i = start; i < start + UNICODE_DIGITS; i++) {
            code = code * HEX + Character.digit(shown.charAt(i), HEX);
        }
        return code == expected;
    }
}
