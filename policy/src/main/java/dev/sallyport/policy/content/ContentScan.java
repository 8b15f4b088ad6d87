package dev.sallyport.policy.content;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through one piece of text, which may come in parts, for what detectors know. Escapes of JSON and of URLs are undone
 * once and zero bytes are left out on the way in, so that UTF-16 reads as UTF-8; what stands in base64 is looked at too,
 * once. What ends with a part is found with that part, and what is split over parts with the last of them. It reads each byte
 * once, and keeps at most some 50 KiB. For one thread.
 */
public final class ContentScan {

    private static final int CAPACITY = 16 << 10;
    private static final int SMALL = 512;
    /** How far behind what is looked at something may have begun. */
    private static final int BEHIND = 64;
    /** How far behind a match of the policy's own patterns may have begun. */
    private static final int PATTERN_BEHIND = 2048;
    /** How many things may wait for what follows them; of more, the first is taken as it is. */
    private static final int MOST_PENDING = 16;
    /** From so many characters on something is taken for base64. */
    private static final int LEAST_BASE64 = 24;
    /** What comes byte by byte is looked at every so many. */
    private static final int PATIENCE = 64;

    private static final boolean[] SPECIAL = special();
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHEST = 0x8080_8080_8080_8080L;
    private static final long BACKSLASHES = ONES * '\\';
    private static final long PERCENTS = ONES * '%';

    private final Detectors detectors;
    private final int bits;
    private final boolean nested;

    private byte[] text = new byte[SMALL];
    /** How much of {@link #text} is there, and how much of it was looked at. */
    private int filled;

    private int scanned;
    /** How many bytes were before {@link #text}. */
    private long before;

    private final int[] state = new int[1];
    /** An escape that has only begun. */
    private final byte[] escape = new byte[6];

    private int escaped;

    private final int[] pendingWord = new int[MOST_PENDING];
    private final long[] pendingStart = new long[MOST_PENDING];
    private int pending;
    private int patience;

    /** By detector, and then by own pattern: how many, where the first began, where the last ended. */
    private final int[] counts;

    private final long[] firsts;
    private final long[] ends;

    private int base64Bits;
    private int base64Count;
    private int base64Run;
    private byte[] decoded = {};
    private int decodedLength;
    private @Nullable ContentScan inside;

    /** Creates a scan that has read nothing yet. */
    public ContentScan(Detectors detectors) {
        this(detectors, false);
    }

    private ContentScan(Detectors detectors, boolean nested) {
        this.detectors = detectors;
        this.bits = detectors.bits();
        this.nested = nested;
        int size = Detector.values().length + detectors.patterns().size();
        this.counts = new int[size];
        this.firsts = new long[size];
        this.ends = new long[size];
    }

    private static boolean[] special() {
        boolean[] special = new boolean[256];
        special[0] = true;
        special['\\'] = true;
        special['%'] = true;
        return special;
    }

    /** Reads a part. */
    public void read(byte[] part, int from, int to) {
        int at = from;
        while (at < to) {
            at = take(part, at, to);
            if (filled == CAPACITY) {
                look(false);
                drop();
            }
        }
        patience += to - from;
        if (to - from > 1 || patience >= PATIENCE) {
            look(true);
            drop();
            patience = 0;
        }
    }

    /** Reads what is left in a buffer, and leaves the buffer as it is. */
    public void read(ByteBuffer part) {
        if (part.hasArray()) {
            int from = part.arrayOffset() + part.position();
            read(part.array(), from, from + part.remaining());
            return;
        }
        ByteBuffer copy = part.duplicate();
        byte[] chunk = new byte[Math.min(CAPACITY, copy.remaining())];
        while (copy.hasRemaining()) {
            int length = Math.min(chunk.length, copy.remaining());
            copy.get(chunk, 0, length);
            read(chunk, 0, length);
        }
    }

    /** Reads one byte. What comes so is looked at after some of them, or at the end. */
    public void read(int b) {
        byte[] one = {(byte) b};
        read(one, 0, 1);
    }

    /** Says that nothing more comes. */
    public void end() {
        for (int i = 0; i < escaped; i++) {
            append(escape[i]);
        }
        escaped = 0;
        look(true);
        if (inside != null) {
            inside.end();
        }
    }

    /** Returns whether something was found so far. */
    public boolean found() {
        for (int count : counts) {
            if (count > 0) {
                return true;
            }
        }
        return inside != null && inside.found();
    }

    /**
     * Returns what was found so far.
     *
     * @param where what the piece is called
     */
    public List<Finding> findings(String where) {
        List<Finding> findings = new ArrayList<>();
        int builtIn = Detector.values().length;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                String name = i < builtIn
                        ? Detector.labels().get(i)
                        : detectors.patterns().get(i - builtIn).name();
                findings.add(new Finding(name, where, firsts[i], counts[i]));
            }
        }
        if (inside != null) {
            findings.addAll(inside.findings(where + " in base64"));
        }
        return findings;
    }

    // ---- what comes in

    /** Takes as much as there is room for; returns where it stopped. */
    private int take(byte[] part, int from, int to) {
        int at = from;
        while (at < to && escaped > 0 && filled < CAPACITY) {
            at = takeEscaped(part, at);
        }
        int most = Math.min(to, at + CAPACITY - filled);
        if (text.length < filled + most - at) {
            text = Arrays.copyOf(text, Math.min(CAPACITY, Math.max(2 * text.length, filled + most - at)));
        }
        byte[] into = text;
        boolean[] special = SPECIAL;
        int w = filled;
        int i = at;
        while (i < most) {
            int plain = plain(part, i, most) - i;
            System.arraycopy(part, i, into, w, plain);
            w += plain;
            i += plain;
            if (i == most) {
                break;
            }
            byte b = part[i++];
            if (!special[b & 0xff]) {
                into[w++] = b;
            } else if (b != 0) {
                filled = w;
                escape[0] = b;
                escaped = 1;
                return i;
            }
        }
        filled = w;
        return i;
    }

    /** Returns the end of the bytes from {@code from} on that are certainly as they stand, eight at a time. */
    private static int plain(byte[] part, int from, int end) {
        int i = from;
        while (i + 8 <= end) {
            long eight = (long) EIGHT.get(part, i);
            if ((zeros(eight) | zeros(eight ^ BACKSLASHES) | zeros(eight ^ PERCENTS)) != 0) {
                break;
            }
            i += 8;
        }
        return i;
    }

    /** Returns 0 only if none of the eight bytes is 0. */
    private static long zeros(long bytes) {
        return bytes - ONES & ~bytes & HIGHEST;
    }

    /** Takes a byte of an escape; what turns out to be none is taken as it stands. */
    private int takeEscaped(byte[] part, int at) {
        byte b = part[at];
        if (b == 0) {
            return at + 1;
        }
        if (escape[0] == '%') {
            if (hex(b) < 0) {
                giveUpEscape();
                return at;
            }
            escape[escaped++] = b;
            if (escaped == 3) {
                escaped = 0;
                appendDecoded(hex(escape[1]) << 4 | hex(escape[2]));
            }
            return at + 1;
        }
        if (escaped == 1 && b != 'u') {
            escaped = 0;
            append(
                    switch (b) {
                        case 'n' -> (byte) '\n';
                        case 'r' -> (byte) '\r';
                        case 't' -> (byte) '\t';
                        default -> b;
                    });
            return at + 1;
        }
        if (escaped > 1 && hex(b) < 0) {
            giveUpEscape();
            return at;
        }
        escape[escaped++] = b;
        if (escaped == 6) {
            escaped = 0;
            int c = hex(escape[2]) << 12 | hex(escape[3]) << 8 | hex(escape[4]) << 4 | hex(escape[5]);
            appendDecoded(c < 0x80 ? c : 0xff);
        }
        return at + 1;
    }

    private void giveUpEscape() {
        int length = escaped;
        escaped = 0;
        for (int i = 0; i < length; i++) {
            append(escape[i]);
        }
    }

    private void appendDecoded(int c) {
        if (c != 0) {
            append((byte) c);
        }
    }

    private void append(byte b) {
        if (filled == CAPACITY) {
            look(false);
            drop();
        }
        if (filled == text.length) {
            text = Arrays.copyOf(text, Math.min(CAPACITY, 2 * text.length));
        }
        text[filled++] = b;
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    // ---- what is in there

    /**
     * Looks at what has come since the last time.
     *
     * @param last whether what is there is taken as if nothing followed
     */
    private void look(boolean last) {
        settle(last);
        int at = scanned;
        while ((at = Keywords.next(text, at, filled, state[0], state)) >= 0) {
            for (int word : Keywords.ends(state[0])) {
                if ((bits & Keywords.detector(word).bit()) != 0) {
                    begins(word, at - Keywords.length(word), last);
                }
            }
        }
        if (!nested) {
            lookInBase64(scanned, filled);
        }
        for (int i = 0; i < detectors.patterns().size(); i++) {
            match(i);
        }
        scanned = filled;
    }

    private void begins(int word, int start, boolean last) {
        long absolute = before + start;
        if (absolute < ends[Keywords.detector(word).number()]) {
            return;
        }
        int end = check(word, start, false);
        if (end == Keywords.MORE) {
            end = last ? check(word, start, true) : Keywords.MORE;
            if (end < 0) {
                wait(word, absolute);
                return;
            }
        }
        if (end >= 0) {
            count(Keywords.detector(word).number(), absolute, before + end);
        }
    }

    private int check(int word, int start, boolean last) {
        return Keywords.check(word, text, start, start + Keywords.length(word), filled, last);
    }

    private void wait(int word, long start) {
        if (pending == MOST_PENDING) {
            int end = check(pendingWord[0], (int) (pendingStart[0] - before), true);
            if (end >= 0) {
                count(Keywords.detector(pendingWord[0]).number(), pendingStart[0], before + end);
            }
            forget(0);
        }
        pendingWord[pending] = word;
        pendingStart[pending++] = start;
    }

    private void forget(int index) {
        pending--;
        System.arraycopy(pendingWord, index + 1, pendingWord, index, pending - index);
        System.arraycopy(pendingStart, index + 1, pendingStart, index, pending - index);
    }

    /** Looks again at what waits for what follows it. */
    private void settle(boolean last) {
        for (int i = 0; i < pending; ) {
            int word = pendingWord[i];
            int detector = Keywords.detector(word).number();
            int start = (int) (pendingStart[i] - before);
            int end = pendingStart[i] < ends[detector] ? Keywords.NO : check(word, start, false);
            if (end == Keywords.MORE && last) {
                int taken = check(word, start, true);
                end = taken >= 0 ? taken : Keywords.MORE;
            }
            if (end == Keywords.MORE) {
                i++;
                continue;
            }
            if (end >= 0) {
                count(detector, pendingStart[i], before + end);
            }
            forget(i);
        }
    }

    private void count(int index, long start, long end) {
        if (counts[index]++ == 0) {
            firsts[index] = start;
        }
        ends[index] = end;
    }

    private void match(int pattern) {
        int index = Detector.values().length + pattern;
        int from = (int) Math.max(Math.max(0, scanned - PATTERN_BEHIND), ends[index] - before);
        byte[] window = Arrays.copyOfRange(text, 0, filled);
        while (from < filled) {
            long match = detectors.patterns().get(pattern).find(window, from);
            if (match < 0) {
                return;
            }
            int end = (int) match;
            count(index, before + (match >>> 32), before + end);
            from = Math.max(from + 1, end);
        }
    }

    /** Makes room: drops what nothing can need any more. */
    private void drop() {
        int behind = detectors.patterns().isEmpty() ? BEHIND : PATTERN_BEHIND;
        long keep = before + filled - behind;
        for (int i = 0; i < pending; i++) {
            keep = Math.min(keep, pendingStart[i] - 2);
        }
        int cut = (int) Math.max(0, keep - before);
        if (cut < CAPACITY / 2 && filled < CAPACITY) {
            return;
        }
        if (cut == 0 && pending > 0) {
            // Something longer than all the room there is: taken as it is.
            settle(true);
            pending = 0;
            cut = filled - behind;
        }
        System.arraycopy(text, cut, text, 0, filled - cut);
        before += cut;
        filled -= cut;
        scanned -= cut;
    }

    // ---- base64

    /** Hands what stands in base64 in a part of the text to another scan. */
    private void lookInBase64(int from, int to) {
        int i = from;
        while (i < to) {
            if (base64Run == 0) {
                i = startOfRun(i, to);
                if (i == to) {
                    break;
                }
            }
            i = base64(i, Base64Text.run(text, i, to), to);
        }
        handOn();
    }

    /** Has what was decoded so far looked at: of many lines together, which takes less time than of each. */
    private void handOn() {
        if (inside != null && decodedLength > 0) {
            int length = decodedLength;
            decodedLength = 0;
            inside.read(decoded, 0, length);
        }
    }

    /** Returns where the next run begins that is long enough, or reaches the end; {@code to} if there is none. */
    private int startOfRun(int from, int to) {
        int probe = from;
        int least = from;
        while (true) {
            probe += LEAST_BASE64 - 1;
            if (probe >= to) {
                // the last run may go on in the next part
                int start = to;
                while (start > least && Chars.is(text[start - 1], Chars.BASE64)) {
                    start--;
                }
                return start;
            }
            if (!Chars.is(text[probe], Chars.BASE64)) {
                least = probe + 1;
                continue;
            }
            int start = probe;
            while (start > least && Chars.is(text[start - 1], Chars.BASE64)) {
                start--;
            }
            int end = Base64Text.run(text, probe, to);
            if (end - start >= LEAST_BASE64 || end == to) {
                return start;
            }
            probe = end;
            least = end;
        }
    }

    private int base64(int from, int end, int to) {
        ContentScan scan = inside;
        if (scan == null) {
            scan = new ContentScan(detectors, true);
            inside = scan;
        }
        int room = decodedLength + 3 * (end - from) / 4 + 4;
        if (decoded.length < room) {
            decoded = Arrays.copyOf(decoded, Math.max(room, Math.min(CAPACITY, 2 * decoded.length)));
        }
        byte[] bytes = decoded;
        int length = decodedLength;
        int i = from;
        while (i < end) {
            if (base64Count == 0) {
                length += Base64Text.decodeGroups(text, i, end, bytes, length);
                i += (end - i) & ~3;
                if (i == end) {
                    break;
                }
            }
            base64Bits = base64Bits << 6 | Base64Text.value(text[i]);
            base64Count += 6;
            if (base64Count >= 8) {
                base64Count -= 8;
                bytes[length++] = (byte) (base64Bits >> base64Count);
            }
            i++;
        }
        base64Run += end - from;
        decodedLength = length;
        if (end == to) {
            return end;
        }
        // Lines of 76 characters belong together.
        if (text[end] == '\r' || text[end] == '\n') {
            if (end + 1 < to && base64Run >= LEAST_BASE64) {
                return end + 1;
            }
            if (base64Run >= LEAST_BASE64) {
                return to;
            }
        }
        base64Run = 0;
        base64Bits = 0;
        base64Count = 0;
        handOn();
        scan.read(BREAK, 0, BREAK.length);
        return end + 1;
    }

    /** Stands between what two runs hold, so that nothing is put together that does not belong so. */
    private static final byte[] BREAK = {'\n', '|', '\n'};
}
