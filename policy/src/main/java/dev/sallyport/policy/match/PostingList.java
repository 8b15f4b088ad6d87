package dev.sallyport.policy.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is found under one place, on its way into {@link Postings}: entries of a rule's number, what else the rule asks where it
 * was found, and the set of agents that it is for. For one thread.
 */
final class PostingList {

    /** How many numbers an entry has. */
    static final int ENTRY = 3;

    /** What is found under a place is copied to each place within it up to so many; more is linked to. */
    private static final int MOST_COPIED = 32;

    private int[] entries = new int[ENTRY];
    private int length;
    private @Nullable PostingList wider;
    private int place = -1;

    /** Adds an entry; in any order, once or more. */
    void add(int rule, int facts, int agents) {
        if (length == entries.length) {
            entries = Arrays.copyOf(entries, 2 * length);
        }
        entries[length] = rule;
        entries[length + 1] = facts;
        entries[length + 2] = agents;
        length += ENTRY;
    }

    /** Adds what is in another list, but for what that links to. */
    void addAll(PostingList other) {
        for (int i = 0; i < other.length; i += ENTRY) {
            add(other.entries[i], other.entries[i + 1], other.entries[i + 2]);
        }
    }

    /** Returns the frozen list of what is found at a place: what names it, and what names a wider place around it. */
    static PostingList within(PostingList outer, PostingList own) {
        PostingList list = new PostingList();
        if (outer.length + own.length <= MOST_COPIED * ENTRY) {
            list.addAll(own);
            list.addAll(outer);
            list.freeze();
            list.wider = outer.wider;
        } else {
            list.entries = own.entries;
            list.length = own.length;
            list.wider = outer;
        }
        return list;
    }

    /** Ends the building: sorts by the rules' order, and drops what was added twice. */
    void freeze() {
        boolean ascending = true;
        for (int i = ENTRY; i < length; i += ENTRY) {
            ascending &= entries[i - ENTRY] < entries[i];
        }
        if (ascending) {
            return;
        }
        int count = length / ENTRY;
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = (long) entries[ENTRY * i] << 32 | i;
        }
        Ascending.sort(order, count);
        int[] sorted = new int[length];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int from = (int) order[i] * ENTRY;
            if (!holds(sorted, kept, entries, from)) {
                System.arraycopy(entries, from, sorted, kept, ENTRY);
                kept += ENTRY;
            }
        }
        entries = sorted;
        length = kept;
    }

    /** Returns whether an entry is among the last ones, which are of the same rule. */
    private static boolean holds(int[] sorted, int kept, int[] entries, int from) {
        for (int i = kept - ENTRY; i >= 0 && sorted[i] == entries[from]; i -= ENTRY) {
            if (sorted[i + 1] == entries[from + 1] && sorted[i + 2] == entries[from + 2]) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return length / ENTRY;
    }

    int rule(int entry) {
        return entries[ENTRY * entry];
    }

    int facts(int entry) {
        return entries[ENTRY * entry + 1];
    }

    int agents(int entry) {
        return entries[ENTRY * entry + 2];
    }

    /** Returns the list that this one goes on in: what it holds stands here too. */
    @Nullable
    PostingList wider() {
        return wider;
    }

    /** Where it was put; -1 if it was not yet. */
    int place() {
        return place;
    }

    void putAt(int where) {
        place = where;
    }
}
