package dev.sallyport.policy.match;

import java.util.Arrays;

/**
 * Very many names of hosts and wildcards: says of a name whether it is one of them or falls under one. Exact, and takes 8 bytes
 * a name beside its letters. Immutable.
 */
public final class NameTable {

    /** A table without names. */
    public static final NameTable EMPTY = of(new byte[0], 0, 0);

    /** The share of the slots that are taken: with more, a name that is not there takes longer to be told from the others. */
    private static final double FILLED = 0.7;

    /** Name after name, each a byte for its length and then its letters; a wildcard begins with its dot. */
    private final byte[] names;

    /** For each slot some bits of the hash of its name, 0 where there is none: most names that are not there end here. */
    private final byte[] tags;

    /** For each slot where its name stands. */
    private final int[] places;

    private final int size;
    private final boolean wildcards;

    private NameTable(byte[] names, byte[] tags, int[] places, int size, boolean wildcards) {
        this.names = names;
        this.tags = tags;
        this.places = places;
        this.size = size;
        this.wildcards = wildcards;
    }

    /**
     * Returns a table of names; those given twice count once.
     *
     * @param names name after name, each a byte for its length and then its letters in ASCII, {@code .example.com} for a
     *     wildcard; the table keeps it for itself
     * @param length how much of that is given
     * @param count how many names there are
     */
    public static NameTable of(byte[] names, int length, int count) {
        int slots = (int) (count / FILLED) + 1;
        byte[] tags = new byte[slots];
        int[] places = new int[slots];
        int size = 0;
        int kept = 0;
        boolean wildcards = false;
        int next = 0;
        for (int at = 0; at < length; at = next) {
            int letters = names[at] & 0xff;
            next = at + letters + 1;
            long hash = 0;
            for (int i = at + letters; i > at; i--) {
                hash = HostIndex.step(hash, names[i]);
            }
            hash = HostIndex.finished(hash);
            byte tag = tag(hash);
            int slot = slot(hash, slots);
            while (tags[slot] != 0 && !(tags[slot] == tag && equal(names, places[slot], at))) {
                slot = slot + 1 == slots ? 0 : slot + 1;
            }
            if (tags[slot] != 0) {
                continue;
            }
            wildcards |= names[at + 1] == '.';
            tags[slot] = tag;
            places[slot] = kept;
            // moves down only, by what was given twice before
            System.arraycopy(names, at, names, kept, letters + 1);
            kept += letters + 1;
            size++;
        }
        return new NameTable(kept == names.length ? names : Arrays.copyOf(names, kept), tags, places, size, wildcards);
    }

    /** Returns how many names and wildcards there are. */
    public int size() {
        return size;
    }

    /** Returns whether there are wildcards among them. */
    boolean hasWildcards() {
        return wildcards;
    }

    /** Returns whether {@code host}, a canonical name, is one of the names, or falls under one of the wildcards. */
    public boolean contains(String host) {
        if (size == 0) {
            return false;
        }
        long hash = 0;
        int i = host.length() - 1;
        for (; i > 0; i--) {
            char c = host.charAt(i);
            hash = HostIndex.step(hash, c);
            if (c == '.' && wildcards && holds(host, i, HostIndex.finished(hash))) {
                return true;
            }
        }
        return i == 0
                && host.charAt(0) != '.'
                && holds(host, 0, HostIndex.finished(HostIndex.step(hash, host.charAt(0))));
    }

    /**
     * Returns whether the letters of {@code host} from a place on are one of the names, or the wildcard that begins with this dot.
     *
     * @param hash their finished hash
     */
    boolean holds(String host, int from, long hash) {
        byte tag = tag(hash);
        for (int slot = slot(hash, tags.length); tags[slot] != 0; slot = slot + 1 == tags.length ? 0 : slot + 1) {
            if (tags[slot] == tag && equal(places[slot], host, from)) {
                return true;
            }
        }
        return false;
    }

    private boolean equal(int place, String host, int from) {
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

    private static boolean equal(byte[] names, int a, int b) {
        int end = a + (names[a] & 0xff) + 1;
        return Arrays.equals(names, a, end, names, b, b + end - a);
    }

    private static int slot(long hash, int slots) {
        return (int) ((hash >>> 32) * slots >>> 32);
    }

    private static byte tag(long hash) {
        return (byte) ((int) hash | 1);
    }
}
