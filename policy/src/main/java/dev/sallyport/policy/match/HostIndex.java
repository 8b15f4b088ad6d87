package dev.sallyport.policy.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Names of hosts and wildcards, each with a number above 0. A name is found with one look into the table and one at its letters,
 * which stand behind its number. Immutable.
 *
 * <p>The hash of a name goes from its end to its beginning, so that one pass over it gives that of each wildcard over it, and one
 * pass serves all tables of names.
 */
final class HostIndex {

    /** What is said of a name that is not there. */
    static final int NONE = 0;

    private static final int NUMBER_BYTES = 4;

    private static final long FACTOR = 0x9e37_79b9_7f4a_7c15L;

    /** The square of {@link #FACTOR}, modulo 2^64. */
    private static final long FACTOR_TWICE = 0xdf442d22ce4859b9L;

    /** For each slot the upper half of a name's hash, and where its number and letters stand, plus 1; 0 if it is free. */
    private final long[] slots;

    /** Number, count of letters and letters of each name; a wildcard begins with its dot. */
    private final byte[] names;

    private final boolean wildcards;

    /** @param numbers the number of each name and wildcard, as {@code *.example.com} */
    HostIndex(Map<String, Integer> numbers) {
        int capacity = numbers.isEmpty() ? 1 : Integer.highestOneBit(numbers.size() * 4 - 1);
        long[] table = new long[capacity];
        byte[] letters = new byte[32 * numbers.size() + 1];
        int length = 0;
        boolean any = false;
        for (Map.Entry<String, Integer> entry : numbers.entrySet()) {
            String name = entry.getKey();
            if (isWildcard(name)) {
                name = name.substring(1);
                any = true;
            }
            byte[] ascii = name.getBytes(StandardCharsets.ISO_8859_1);
            if (letters.length - length < ascii.length + NUMBER_BYTES + 1) {
                letters = Arrays.copyOf(letters, 2 * letters.length + ascii.length);
            }
            long hash = 0;
            for (int i = ascii.length - 1; i >= 0; i--) {
                hash = step(hash, ascii[i]);
            }
            hash = finished(hash);
            int slot = (int) hash & capacity - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & capacity - 1;
            }
            table[slot] = hash >>> 32 << 32 | length + 1;
            int number = entry.getValue();
            for (int i = 0; i < NUMBER_BYTES; i++) {
                letters[length++] = (byte) (number >>> 8 * i);
            }
            letters[length++] = (byte) ascii.length;
            System.arraycopy(ascii, 0, letters, length, ascii.length);
            length += ascii.length;
        }
        this.slots = table;
        this.names = Arrays.copyOf(letters, length);
        this.wildcards = any;
    }

    /** Returns whether there are wildcards. */
    boolean hasWildcards() {
        return wildcards;
    }

    /**
     * Returns the number of the letters of {@code host} from a place on: of a name, or of the wildcard that begins with this dot.
     *
     * @param hash their finished hash
     */
    int find(String host, int from, long hash) {
        int mask = slots.length - 1;
        for (int slot = (int) hash & mask; ; slot = slot + 1 & mask) {
            long found = slots[slot];
            if (found == 0) {
                return NONE;
            }
            if (found >>> 32 == hash >>> 32) {
                int at = (int) found - 1;
                if (isAt(at + NUMBER_BYTES, host, from)) {
                    return names[at] & 0xff
                            | (names[at + 1] & 0xff) << 8
                            | (names[at + 2] & 0xff) << 16
                            | names[at + 3] << 24;
                }
            }
        }
    }

    private boolean isAt(int place, String host, int from) {
        int letters = names[place] & 0xff;
        if (letters != host.length() - from) {
            return false;
        }
        for (int i = 0; i < letters; i++) {
            if (names[place + 1 + i] != host.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the unfinished hash with one more letter in front; that of no letters is 0. */
    static long step(long hash, int letter) {
        return hash * FACTOR + letter;
    }

    /** Returns the unfinished hash with two more letters in front, of which the second stands first; faster than two steps. */
    static long step(long hash, int letter, int second) {
        return hash * FACTOR_TWICE + (letter * FACTOR + second);
    }

    /** Returns the hash of the letters that went into {@code hash}. */
    static long finished(long hash) {
        long mixed = (hash ^ hash >>> 32) * 0xd6e8_feb8_6659_fd93L;
        return mixed ^ mixed >>> 32;
    }

    /** Returns whether {@code pattern} is {@code host}, or a wildcard over it. */
    static boolean matches(String pattern, String host) {
        if (!isWildcard(pattern)) {
            return pattern.equals(host);
        }
        int before = host.length() - pattern.length() + 1;
        return before > 0 && host.regionMatches(before, pattern, 1, pattern.length() - 1);
    }

    static boolean isWildcard(String pattern) {
        return pattern.startsWith("*.");
    }
}
