package dev.sallyport.journal;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer of JSON objects, one a line, in UTF-8. Whatever a string holds, the line stays one line, is valid
 * JSON and valid UTF-8, and does nothing to the terminal it is printed on: control characters, line separators and
 * direction marks are escaped, a surrogate without its other half becomes U+FFFD, and a string beyond {@link #LONGEST}
 * characters is cut with a note of how many are missing.
 */
final class JsonLines {

    /** The longest string that is written whole, in characters. */
    static final int LONGEST = 8_192;

    private static final int KEPT = 256 * 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private byte[] bytes = new byte[16 * 1024];
    private int length;
    private boolean first = true;

    void beginLine() {
        require(1);
        bytes[length++] = '{';
        first = true;
    }

    void endLine() {
        require(2);
        bytes[length++] = '}';
        bytes[length++] = '\n';
    }

    void begin(String name) {
        name(name);
        require(1);
        bytes[length++] = '{';
        first = true;
    }

    void end() {
        require(1);
        bytes[length++] = '}';
        first = false;
    }

    /** Writes a member, or nothing if {@code value} is null. */
    void text(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            string(value);
        }
    }

    /** Writes a member that is a list of strings, or nothing if it is empty. */
    void texts(String name, List<String> values) {
        int size = values.size();
        if (size == 0) {
            return;
        }
        name(name);
        require(1);
        bytes[length++] = '[';
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                require(1);
                bytes[length++] = ',';
            }
            string(values.get(i));
        }
        require(1);
        bytes[length++] = ']';
    }

    void number(String name, long value) {
        name(name);
        ascii(Long.toString(value));
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void cutTo(int shorter) {
        length = shorter;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[KEPT];
        }
    }

    private void name(String name) {
        require(name.length() + 4);
        if (!first) {
            bytes[length++] = ',';
        }
        first = false;
        bytes[length++] = '"';
        ascii(name);
        bytes[length++] = '"';
        bytes[length++] = ':';
    }

    @SuppressWarnings("deprecation") // the one copy out of a String that neither decodes nor allocates; text is ASCII
    private void ascii(String text) {
        int n = text.length();
        require(n + 2);
        text.getBytes(0, n, bytes, length);
        length += n;
    }

    private void string(String value) {
        int n = value.length();
        int end = n <= LONGEST ? n : LONGEST;
        if (end < n && Character.isHighSurrogate(value.charAt(end - 1))) {
            end--;
        }
        // six bytes a character is the most that an escape takes
        require(6 * end + 2);
        bytes[length++] = '"';
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c < 0x7f) {
                if (c >= 0x20 && c != '"' && c != '\\') {
                    bytes[length++] = (byte) c;
                } else {
                    escape(c);
                }
            } else if (c < 0xa0 || silent(c)) {
                escape(c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xc0 | (c >> 6));
                bytes[length++] = (byte) (0x80 | (c & 0x3f));
            } else if (!Character.isSurrogate(c)) {
                three(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(value.charAt(i + 1))) {
                int point = Character.toCodePoint(c, value.charAt(++i));
                bytes[length++] = (byte) (0xf0 | (point >> 18));
                bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                bytes[length++] = (byte) (0x80 | (point & 0x3f));
            } else {
                three('\ufffd');
            }
        }
        if (end < n) {
            ascii("...(" + (n - end) + " more)");
        }
        require(1);
        bytes[length++] = '"';
    }

    /** Line and paragraph separators, direction marks and embeddings: seen by a terminal or an editor, not by a reader. */
    private static boolean silent(char c) {
        return c == '\u200e'
                || c == '\u200f'
                || (c >= '\u2028' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069')
                || c == '\ufeff';
    }

    private void three(char c) {
        bytes[length++] = (byte) (0xe0 | (c >> 12));
        bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = HEX[c >> 12];
                bytes[length++] = HEX[(c >> 8) & 15];
                bytes[length++] = HEX[(c >> 4) & 15];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    private void require(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
