package dev.sallyport.policy.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A policy's files as one file that is read without parsing YAML: what they say, and where each word stood. What it means is
 * worked out when it is loaded, so a bundle holds for every version of the product that knows its form.
 *
 * <p>The form: {@link #MAGIC}, the form's number, the SHA-256 of the files that it was made of, their names and how many lines
 * stand before each, the tree of their values; behind that, if it is signed, {@link #SIGNED} and an Ed25519 signature over all
 * before. Numbers are written seven bits a byte, the lowest first. Whatever a bundle holds, reading it takes time and memory in
 * proportion to its size.
 */
final class Bundle {

    static final byte[] MAGIC = "sallyport bundle\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SIGNED = "signed\n".getBytes(StandardCharsets.US_ASCII);
    static final int SIGNATURE_BYTES = 64;

    private static final int FORM = 1;
    private static final int MOST_LEVELS = 60;
    /** So many keys are compared with each other; more are looked up. */
    private static final int FEW = 16;

    private static final int PLAIN = 0;
    private static final int QUOTED = 1;
    private static final int SEQUENCE = 2;
    private static final int MAPPING = 3;

    private Bundle() {}

    /**
     * A bundle as it was read.
     *
     * @param digest the SHA-256 of the files that it was made of, in lower-case hex
     * @param names their names
     * @param linesBefore how many lines stand before each
     * @param lines how many lines there are in all
     * @param root what they say
     */
    record Content(String digest, List<String> names, List<Integer> linesBefore, int lines, Node root) {}

    /** Says that a bundle is none. */
    static final class BrokenException extends Exception {

        private static final long serialVersionUID = 1L;

        BrokenException(String message) {
            super(message);
        }
    }

    /** Returns whether a file's content begins as a bundle does. */
    static boolean is(byte[] content) {
        return content.length > MAGIC.length && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** Returns how many bytes of a bundle are before its signature; -1 if it has none. */
    static int signedLength(byte[] content) {
        int length = content.length - SIGNED.length - SIGNATURE_BYTES;
        return length > MAGIC.length && Arrays.equals(content, length, length + SIGNED.length, SIGNED, 0, SIGNED.length)
                ? length
                : -1;
    }

    /** Writes a bundle, without a signature. */
    static byte[] write(Content content) {
        Writer writer = new Writer();
        writer.bytes(MAGIC);
        writer.number(FORM);
        writer.text(content.digest());
        writer.number(content.names().size());
        for (int i = 0; i < content.names().size(); i++) {
            writer.text(content.names().get(i));
            writer.number(content.linesBefore().get(i));
        }
        writer.number(content.lines());
        writer.node(content.root());
        return writer.written();
    }

    /**
     * Reads a bundle.
     *
     * @param linesBefore what is added to each line
     */
    static Content read(byte[] content, int linesBefore) throws BrokenException {
        int signed = signedLength(content);
        Reader reader = new Reader(content, signed < 0 ? content.length : signed, linesBefore);
        try {
            return reader.content();
        } catch (IndexOutOfBoundsException e) {
            throw new BrokenException("the bundle ends too early");
        }
    }

    private static final class Writer {

        private byte[] bytes = new byte[1 << 16];
        private int length;

        byte[] written() {
            return Arrays.copyOf(bytes, length);
        }

        void bytes(byte[] added) {
            if (length + added.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + added.length));
            }
            System.arraycopy(added, 0, bytes, length, added.length);
            length += added.length;
        }

        void number(int number) {
            int left = number;
            while (left > 127) {
                one(left & 127 | 128);
                left >>>= 7;
            }
            one(left);
        }

        private void one(int value) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            bytes[length++] = (byte) value;
        }

        void text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            number(utf8.length);
            bytes(utf8);
        }

        void node(Node node) {
            if (node instanceof Node.Scalar scalar) {
                one(scalar.plain() ? PLAIN : QUOTED);
                place(node);
                text(scalar.text());
            } else if (node instanceof Node.Sequence sequence) {
                one(SEQUENCE);
                place(node);
                number(sequence.items().size());
                for (int i = 0; i < sequence.items().size(); i++) {
                    node(sequence.items().get(i));
                }
            } else if (node instanceof Node.Mapping mapping) {
                one(MAPPING);
                place(node);
                number(mapping.entries().size());
                for (int i = 0; i < mapping.entries().size(); i++) {
                    node(mapping.entries().get(i).key());
                    node(mapping.entries().get(i).value());
                }
            }
        }

        private void place(Node node) {
            number(node.line());
            number(node.column());
        }
    }

    private static final class Reader {

        private final byte[] bytes;
        private final int end;
        private final int linesBefore;
        private final Map<Integer, Set<String>> many = new HashMap<>();
        private int at;
        private int lines;

        Reader(byte[] bytes, int end, int linesBefore) {
            this.bytes = bytes;
            this.end = end;
            this.linesBefore = linesBefore;
        }

        Content content() throws BrokenException {
            at = MAGIC.length;
            int form = number();
            if (form != FORM) {
                throw new BrokenException("the bundle has form " + form + ", and this version reads form " + FORM);
            }
            String digest = text();
            int count = atMost(number(), 1, "file");
            List<String> names = new ArrayList<>();
            List<Integer> before = new ArrayList<>();
            int last = -1;
            for (int i = 0; i < count; i++) {
                names.add(text());
                int lines = number();
                if (lines <= last) {
                    throw new BrokenException("the bundle's files are not in order");
                }
                last = lines;
                before.add(lines);
            }
            lines = number();
            if (count == 0 || lines > PolicyLoader.MOST_LINES || last > lines) {
                throw new BrokenException("the bundle's lines are not right");
            }
            Node root = node(1);
            if (at != end) {
                throw new BrokenException("something stands behind the end of the bundle");
            }
            return new Content(digest, names, before, lines, root);
        }

        private int number() throws BrokenException {
            int number = 0;
            for (int shift = 0; shift < 28; shift += 7) {
                if (at >= end) {
                    throw new BrokenException("the bundle ends too early");
                }
                byte b = bytes[at++];
                number |= (b & 127) << shift;
                if (b >= 0) {
                    return number;
                }
            }
            throw new BrokenException("a number in the bundle is too large");
        }

        /** Returns a count of things that take some bytes each, if there are so many left. */
        private int atMost(int count, int bytesOfEach, String what) throws BrokenException {
            if (count > (end - at) / bytesOfEach) {
                throw new BrokenException("the bundle ends before its last " + what);
            }
            return count;
        }

        private String text() throws BrokenException {
            int length = atMost(number(), 1, "word");
            boolean ascii = true;
            for (int i = at; i < at + length; i++) {
                ascii &= bytes[i] >= 0;
            }
            String text = new String(bytes, at, length, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        /** Returns the keys of the mapping at a level so far; none before its first. */
        private Set<String> keys(int before, int level) {
            Set<String> keys = before == 0 ? null : many.get(level);
            if (keys == null) {
                keys = new HashSet<>();
                many.put(level, keys);
            }
            return keys;
        }

        private static boolean isAmong(List<Node.Entry> entries, String key) {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).key().text().equals(key)) {
                    return true;
                }
            }
            return false;
        }

        private Node.Scalar scalar(int kind) throws BrokenException {
            int line = line();
            int column = number();
            return new Node.Scalar(text(), kind == PLAIN, line, column);
        }

        private int line() throws BrokenException {
            int line = number();
            if (line > lines) {
                throw new BrokenException("a word stands behind the last line of the bundle");
            }
            return linesBefore + line;
        }

        private Node node(int level) throws BrokenException {
            if (level > MOST_LEVELS) {
                throw new BrokenException("the bundle has more than " + MOST_LEVELS + " levels");
            }
            int kind = number();
            return switch (kind) {
                case PLAIN, QUOTED -> scalar(kind);
                case SEQUENCE -> sequence(level);
                case MAPPING -> mapping(level);
                default -> throw new BrokenException("the bundle holds something unknown");
            };
        }

        private Node sequence(int level) throws BrokenException {
            int line = line();
            int column = number();
            int count = atMost(number(), 4, "entry");
            List<Node> items = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                items.add(node(level + 1));
            }
            return new Node.Sequence(items, line, column);
        }

        private Node mapping(int level) throws BrokenException {
            int line = line();
            int column = number();
            int count = atMost(number(), 8, "entry");
            List<Node.Entry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int kind = number();
                if (kind != PLAIN && kind != QUOTED) {
                    throw new BrokenException("a key in the bundle is no word");
                }
                Node.Scalar key = scalar(kind);
                if (count <= FEW
                        ? isAmong(entries, key.text())
                        : !keys(i, level).add(key.text())) {
                    throw new BrokenException("the key '" + key.text() + "' stands twice in the bundle");
                }
                entries.add(new Node.Entry(key, node(level + 1)));
            }
            return new Node.Mapping(entries, line, column);
        }
    }
}
