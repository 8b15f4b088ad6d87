package dev.sallyport.policy.load;

import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.match.AddressRanges;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.NameTable;
import dev.sallyport.policy.match.Prefix;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a list of names, wildcards, addresses and ranges, one a line, {@code #} before what is for people. Plain lines go from
 * the file's bytes into the tables without a string; what is not plain is read as a policy's words are. For one thread.
 */
final class FeedReader {

    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_LETTERS = 253;
    private static final int MOST_LETTERS_OF_LABEL = 63;

    /** What a byte is in a name: its lower-case letter; 0 if it is not one of a plain name. */
    private static final byte[] LETTERS = letters();

    private final Problems problems;
    private final Places places;
    private final AddressRanges ranges = new AddressRanges();
    private byte[] names;
    private int length;
    private int count;
    private int line;
    private int faults;

    private FeedReader(String file, long bytes) {
        this.problems = new Problems(file);
        this.places = new Places(problems);
        // A name takes no more room than its line, unless it is written in letters outside of ASCII.
        this.names = new byte[(int) Math.min(Math.max(bytes, 0) + 1, 1 << 30)];
    }

    /**
     * Reads {@code file}.
     *
     * @param stamp what it was told by before it was opened
     * @throws IOException if it cannot be read, or if most of its lines cannot be used, so that it is likely something else
     */
    static Feed.Content read(Path file, Feed.Stamp stamp) throws IOException {
        FeedReader reader = new FeedReader(String.valueOf(file.getFileName()), stamp.size());
        MessageDigest sha = Digests.sha256();
        try (InputStream in = new FileInputStream(file.toFile())) {
            reader.lines(in, sha);
        }
        int good = reader.count + reader.ranges.size();
        if (reader.faults > good) {
            throw new IOException("of " + (good + reader.faults) + " lines " + reader.faults
                    + " hold neither a name nor an address, so it is not a list: "
                    + reader.faults().get(0).message()
                    + " (line " + reader.faults().get(0).line() + ")");
        }
        return new Feed.Content(
                NameTable.of(reader.names, reader.length, reader.count),
                reader.ranges.table(),
                good,
                Digests.hex(sha.digest()),
                stamp,
                -1,
                reader.faults(),
                reader.faults);
    }

    private List<Feed.Fault> faults() {
        List<Feed.Fault> list = new ArrayList<>();
        for (Problem problem : problems.sorted()) {
            String suggestion = problem.suggestion();
            list.add(new Feed.Fault(
                    problem.line(), suggestion == null ? problem.message() : problem.message() + "; " + suggestion));
        }
        return list;
    }

    private void lines(InputStream in, MessageDigest sha) throws IOException {
        byte[] buffer = new byte[CHUNK];
        int held = 0;
        boolean skipping = false;
        while (true) {
            int read = in.read(buffer, held, buffer.length - held);
            if (read < 0) {
                break;
            }
            sha.update(buffer, held, read);
            int end = held + read;
            int from = 0;
            for (int i = held; i < end; i++) {
                if (buffer[i] == '\n') {
                    if (!skipping) {
                        line(buffer, from, i);
                    }
                    skipping = false;
                    from = i + 1;
                }
            }
            held = end - from;
            if (held > LONGEST_LINE) {
                if (!skipping) {
                    line++;
                    fault("the line is longer than " + LONGEST_LINE + " bytes");
                }
                skipping = true;
                held = 0;
            }
            System.arraycopy(buffer, from, buffer, 0, held);
        }
        if (held > 0 && !skipping) {
            line(buffer, 0, held);
        }
    }

    private void line(byte[] buffer, int first, int last) {
        line++;
        int from = first;
        int to = last;
        if (line == 1 && to - from >= 3 && buffer[from] == (byte) 0xef && buffer[from + 1] == (byte) 0xbb) {
            from += 3; // the mark that some editors put in front of UTF-8
        }
        while (from < to && isBlank(buffer[from])) {
            from++;
        }
        if (from == to || buffer[from] == '#') {
            return;
        }
        for (int i = from + 1; i < to; i++) {
            if (buffer[i] == '#' && isBlank(buffer[i - 1])) {
                to = i;
            }
        }
        while (isBlank(buffer[to - 1])) {
            to--;
        }
        if (!plainName(buffer, from, to) && !plainIpv4(buffer, from, to)) {
            word(new String(buffer, from, to - from, StandardCharsets.UTF_8));
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    /** Takes a name or wildcard in ASCII whose last label does not begin with a digit; else takes nothing. */
    private boolean plainName(byte[] buffer, int first, int last) {
        boolean wildcard = last - first > 2 && buffer[first] == '*' && buffer[first + 1] == '.';
        int from = wildcard ? first + 2 : first;
        int to = last - from > 1 && buffer[last - 1] == '.' ? last - 1 : last;
        if (to - from > MOST_LETTERS || to == from) {
            return false;
        }
        room(MOST_LETTERS + 3);
        int at = length + 1;
        if (wildcard) {
            names[at++] = '.';
        }
        int label = from;
        for (int i = from; i < to; i++) {
            byte letter = LETTERS[buffer[i] & 0xff];
            if (letter == 0) {
                return false;
            }
            if (letter == '.') {
                if (i == label || i - label > MOST_LETTERS_OF_LABEL || buffer[i - 1] == '-') {
                    return false;
                }
                label = i + 1;
            } else if (letter == '-' && i == label) {
                return false;
            }
            names[at++] = letter;
        }
        if (to == label
                || to - label > MOST_LETTERS_OF_LABEL
                || buffer[to - 1] == '-'
                || (buffer[label] >= '0' && buffer[label] <= '9')) {
            return false;
        }
        names[length] = (byte) (at - length - 1);
        length = at;
        count++;
        return true;
    }

    /** Takes an IPv4 address in four plain decimal numbers, with a length or without; else takes nothing. */
    private boolean plainIpv4(byte[] buffer, int from, int to) {
        int ip = 0;
        int number = 0;
        int digits = 0;
        int dots = 0;
        int i = from;
        for (; i < to && buffer[i] != '/'; i++) {
            int c = buffer[i];
            if (c == '.') {
                if (digits == 0 || ++dots > 3) {
                    return false;
                }
                ip = ip << 8 | number;
                number = 0;
                digits = 0;
            } else {
                if (c < '0' || c > '9' || (digits == 1 && number == 0)) {
                    return false;
                }
                number = 10 * number + c - '0';
                if (++digits > 3 || number > 255) {
                    return false;
                }
            }
        }
        if (dots != 3 || digits == 0) {
            return false;
        }
        ip = ip << 8 | number;
        int bits = 32;
        if (i < to) {
            bits = to - i == 2
                    ? buffer[i + 1] - '0'
                    : to - i == 3 ? 10 * (buffer[i + 1] - '0') + buffer[i + 2] - '0' : -1;
            boolean decimal =
                    buffer[to - 1] >= '0' && buffer[to - 1] <= '9' && buffer[i + 1] >= '0' && buffer[i + 1] <= '9';
            if (!decimal || bits < 0 || bits > 32 || (bits < 32 && ip << bits != 0)) {
                return false;
            }
        }
        ranges.addIpv4(ip, bits, 0);
        return true;
    }

    /** Takes what is written in another way, or notes what is wrong with it. */
    private void word(String text) {
        Node.Scalar word = new Node.Scalar(text, true, line, 1);
        if (text.indexOf('/') >= 0 && text.indexOf("://") < 0
                || text.indexOf(':') >= 0 && text.indexOf(':') != text.lastIndexOf(':')
                || Addresses.parse(text) != null) {
            Prefix prefix = places.prefix(word, text);
            if (prefix == null) {
                faults++;
            } else {
                ranges.add(prefix, 0);
            }
            return;
        }
        if (text.equals("*")) {
            fault("'*' would stand for every destination, and a list names some");
            return;
        }
        String host = places.host(word, text);
        if (host == null) {
            faults++;
            return;
        }
        add(host.startsWith("*.") ? host.substring(1) : host);
    }

    private void add(String name) {
        byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
        room(letters.length + 1);
        names[length] = (byte) letters.length;
        System.arraycopy(letters, 0, names, length + 1, letters.length);
        length += letters.length + 1;
        count++;
    }

    private void fault(String message) {
        problems.error(line, 1, message, null);
        faults++;
    }

    private void room(int more) {
        if (names.length - length < more) {
            names = Arrays.copyOf(names, names.length + Math.max(more, names.length >> 1));
        }
    }

    private static byte[] letters() {
        byte[] letters = new byte[256];
        for (char c = 'a'; c <= 'z'; c++) {
            letters[c] = (byte) c;
            letters[c - 'a' + 'A'] = (byte) c;
        }
        for (char c = '0'; c <= '9'; c++) {
            letters[c] = (byte) c;
        }
        letters['-'] = '-';
        letters['_'] = '_';
        letters['.'] = '.';
        return letters;
    }
}
