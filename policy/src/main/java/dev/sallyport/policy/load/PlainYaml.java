package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part of YAML that policies are commonly written in: block mappings and lists, flow collections on one line,
 * words with or without quotes on one line, comments. Whatever goes beyond, and whatever is wrong, it leaves to {@link
 * YamlTree}, so that a text has one meaning: where both read it, both read the same, at the same places, which the tests
 * hold against each other.
 *
 * <p>It is there for the start of the process: loading and running the YAML library in a cold JVM takes tens of
 * milliseconds, this one takes about one.
 */
final class PlainYaml {

    private static final int MOST_LEVELS = 50;

    private final String text;
    private final int length;
    private int at;
    private int line;
    private int lineStart;
    private int level;

    private PlainYaml(String text, int linesBefore) {
        this.text = text;
        this.line = linesBefore + 1;
        this.length = text.length();
    }

    /** Returns the root of {@code text}, or null if it takes the whole of YAML to read it. */
    static @Nullable Node read(String text) {
        return read(text, 0);
    }

    /** Reads a text whose lines count on from {@code linesBefore}. */
    static @Nullable Node read(String text, int linesBefore) {
        if (!isPlain(text)) {
            return null;
        }
        try {
            PlainYaml yaml = new PlainYaml(text, linesBefore);
            yaml.toContent();
            Node root = yaml.block();
            return yaml.at == yaml.length ? root : null;
        } catch (Beyond e) {
            return null;
        }
    }

    /** Returns whether every character counts one column and separates nothing but what it separates in ASCII. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    (c >= ' ' && c < 127) || c == '\n' || (c >= 0xa0 && c < 0xd800 && c != '\u2028' && c != '\u2029');
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    private Node block() {
        if (++level > MOST_LEVELS) {
            throw new Beyond();
        }
        Node node = isEntry() ? sequence() : mapping();
        level--;
        return node;
    }

    private Node mapping() {
        int indent = at - lineStart;
        int startLine = line;
        List<Node.Entry> entries = new ArrayList<>();
        do {
            Node.Scalar key = key();
            int colonLine = line;
            int colonEnd = at - lineStart;
            Node value;
            if (endsLine()) {
                toContent();
                int next = at - lineStart;
                if (at < length && (next > indent || (next == indent && isEntry()))) {
                    value = block();
                } else {
                    value = new Node.Scalar("", true, colonLine, colonEnd + 1);
                }
            } else {
                value = inline(false);
                lineEnd();
            }
            add(entries, key, value);
        } while (at < length && at - lineStart == indent);
        if (at < length && at - lineStart > indent) {
            throw new Beyond();
        }
        return new Node.Mapping(entries, startLine, indent + 1);
    }

    private Node sequence() {
        int indent = at - lineStart;
        int startLine = line;
        List<Node> items = new ArrayList<>();
        do {
            at++;
            if (endsLine()) {
                toContent();
                if (at == length || at - lineStart <= indent) {
                    throw new Beyond();
                }
                items.add(block());
            } else if (isEntry()) {
                throw new Beyond();
            } else if (isKey()) {
                items.add(block());
            } else {
                items.add(inline(false));
                lineEnd();
            }
        } while (at < length && at - lineStart == indent && isEntry());
        if (at < length && at - lineStart > indent) {
            throw new Beyond();
        }
        return new Node.Sequence(items, startLine, indent + 1);
    }

    /** Reads a value that begins and ends on this line. */
    private Node inline(boolean inFlow) {
        char c = text.charAt(at);
        return switch (c) {
            case '[' -> flowSequence();
            case '{' -> flowMapping();
            case '"', '\'' -> quoted(c);
            default -> plain(inFlow);
        };
    }

    private Node flowSequence() {
        int column = open();
        List<Node> items = new ArrayList<>();
        if (!closes(']')) {
            do {
                items.add(inline(true));
            } while (separated(']'));
        }
        level--;
        return new Node.Sequence(items, line, column);
    }

    private Node flowMapping() {
        int column = open();
        List<Node.Entry> entries = new ArrayList<>();
        if (!closes('}')) {
            do {
                Node.Scalar key = key();
                skipSpaces();
                add(entries, key, inline(true));
            } while (separated('}'));
        }
        level--;
        return new Node.Mapping(entries, line, column);
    }

    private int open() {
        if (++level > MOST_LEVELS) {
            throw new Beyond();
        }
        int column = at - lineStart + 1;
        at++;
        skipSpaces();
        return column;
    }

    private boolean closes(char end) {
        if (at < length && text.charAt(at) == end) {
            at++;
            return true;
        }
        return false;
    }

    /** Passes what stands behind an item of a flow collection: returns whether another item follows. */
    private boolean separated(char end) {
        skipSpaces();
        if (closes(end)) {
            return false;
        }
        if (!closes(',')) {
            throw new Beyond();
        }
        skipSpaces();
        return true;
    }

    private Node.Scalar quoted(char quote) {
        int start = at;
        int end = start + 1;
        while (end < length && text.charAt(end) != quote) {
            char c = text.charAt(end++);
            if (c == '\n' || c == '\\') {
                throw new Beyond();
            }
        }
        if (end >= length || (end + 1 < length && text.charAt(end + 1) == quote)) {
            throw new Beyond();
        }
        at = end + 1;
        return new Node.Scalar(text.substring(start + 1, end), false, line, start - lineStart + 1);
    }

    private Node.Scalar plain(boolean inFlow) {
        int start = at;
        char first = text.charAt(at);
        if (!isWordStart(first) && first != '/' && first != '.' && first != '~') {
            throw new Beyond();
        }
        int end = start;
        for (; at < length; at++) {
            char c = text.charAt(at);
            if (c == '\n') {
                break;
            }
            if (c == '#' && text.charAt(at - 1) == ' ') {
                break;
            }
            if (inFlow && (c == ',' || c == ']' || c == '}')) {
                break;
            }
            if (inFlow && (c == '[' || c == '{')) {
                throw new Beyond();
            }
            if (c == ':' && (at + 1 == length || " \n,[]{}".indexOf(text.charAt(at + 1)) >= 0)) {
                throw new Beyond();
            }
            end = c == ' ' ? end : at + 1;
        }
        return new Node.Scalar(text.substring(start, end), true, line, start - lineStart + 1);
    }

    /** Reads a key and the colon behind it. */
    private Node.Scalar key() {
        if (!isKey()) {
            throw new Beyond();
        }
        char first = text.charAt(at);
        if (first == '"' || first == '\'') {
            Node.Scalar key = quoted(first);
            at++;
            return key;
        }
        int start = at;
        at = text.indexOf(':', at);
        Node.Scalar key = new Node.Scalar(text.substring(start, at), true, line, start - lineStart + 1);
        at++;
        return key;
    }

    /** Returns whether a key and a colon begin here. */
    private boolean isKey() {
        int end = at;
        char first = end < length ? text.charAt(end) : '\n';
        if (first == '"' || first == '\'') {
            end = text.indexOf(first, at + 1) + 1;
            if (end == 0) {
                return false;
            }
        } else if (isWordStart(first)) {
            while (end < length && isWordPart(text.charAt(end))) {
                end++;
            }
        } else {
            return false;
        }
        return end < length
                && text.charAt(end) == ':'
                && (end + 1 == length || text.charAt(end + 1) == ' ' || text.charAt(end + 1) == '\n');
    }

    /** Returns whether an entry of a list begins here. */
    private boolean isEntry() {
        return at < length
                && text.charAt(at) == '-'
                && at + 1 < length
                && (text.charAt(at + 1) == ' ' || text.charAt(at + 1) == '\n');
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || c == '-' || c == '.' || c == '/';
    }

    private static void add(List<Node.Entry> entries, Node.Scalar key, Node value) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).key().text().equals(key.text())) {
                throw new Beyond();
            }
        }
        entries.add(new Node.Entry(key, value));
    }

    private void skipSpaces() {
        while (at < length && text.charAt(at) == ' ') {
            at++;
        }
        if (at == length || text.charAt(at) == '\n') {
            throw new Beyond();
        }
    }

    /** Passes spaces; returns whether nothing but a comment follows on this line. */
    private boolean endsLine() {
        int start = at;
        while (at < length && text.charAt(at) == ' ') {
            at++;
        }
        return at == length || text.charAt(at) == '\n' || (text.charAt(at) == '#' && at > start);
    }

    private void lineEnd() {
        boolean afterSpace = text.charAt(at - 1) == ' ';
        if (!endsLine() && !(afterSpace && text.charAt(at) == '#')) {
            throw new Beyond();
        }
        toContent();
    }

    /** Goes to the next character that is neither space nor comment, on the next line unless this is the first. */
    private void toContent() {
        boolean fresh = at == 0;
        while (at < length) {
            if (!fresh) {
                int end = text.indexOf('\n', at);
                if (end < 0) {
                    at = length;
                    return;
                }
                at = end + 1;
                line++;
                lineStart = at;
            }
            fresh = false;
            while (at < length && text.charAt(at) == ' ') {
                at++;
            }
            if (at < length && text.charAt(at) != '\n' && text.charAt(at) != '#') {
                return;
            }
        }
    }

    /** Says that it takes the whole of YAML to read a text. */
    private static final class Beyond extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Beyond() {
            super(null, null, false, false);
        }
    }
}
