package dev.sallyport.policy.match;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers of rules in ascending order, apart for each agent that rules name. Built on one thread, then immutable. */
public final class RuleList {

    private static final int[] NONE = new int[0];

    /** A list without rules. */
    public static final RuleList EMPTY = new RuleList();

    /** What {@link #at} and {@link #next} say behind the end. */
    public static final int END = Integer.MAX_VALUE;

    /** What is found under a place is copied to each place within it up to so many; more is linked to. */
    private static final int MOST_COPIED = 32;

    private static final int FEW = 8;

    private int[] everyone = NONE;
    private int size;
    private @Nullable Map<String, RuleList> byAgent;
    private @Nullable RuleList wider;

    /** Adds a rule: for the agents that it names, or (null) for everyone. Rules are added in any order, once or more. */
    void add(int number, @Nullable List<String> agents) {
        if (agents == null) {
            if (size == everyone.length) {
                everyone = Arrays.copyOf(everyone, Math.max(2, 2 * size));
            }
            everyone[size++] = number;
            return;
        }
        for (int i = 0; i < agents.size(); i++) {
            ofAgent(agents.get(i)).add(number, null);
        }
    }

    private RuleList ofAgent(String agent) {
        Map<String, RuleList> lists = byAgent;
        if (lists == null) {
            lists = new HashMap<>(4);
            byAgent = lists;
        }
        RuleList list = lists.get(agent);
        if (list == null) {
            list = new RuleList();
            lists.put(agent, list);
        }
        return list;
    }

    /** Adds what is in another list, but for what that links to. */
    void addAll(RuleList other) {
        for (int i = 0; i < other.size; i++) {
            add(other.everyone[i], null);
        }
        if (other.byAgent != null) {
            for (Map.Entry<String, RuleList> entry : other.byAgent.entrySet()) {
                ofAgent(entry.getKey()).addAll(entry.getValue());
            }
        }
    }

    /** Returns the frozen list of what is found at a place: what names it, and what names a wider place around it. */
    static RuleList within(RuleList wider, RuleList own) {
        RuleList list = new RuleList();
        if (wider.count() + own.count() <= MOST_COPIED) {
            list.addAll(own);
            list.addAll(wider);
            list.freeze();
            list.wider = wider.wider;
        } else {
            list.everyone = own.everyone;
            list.size = own.size;
            list.byAgent = own.byAgent;
            list.wider = wider;
        }
        return list;
    }

    private int count() {
        int count = size;
        if (byAgent != null) {
            for (RuleList list : byAgent.values()) {
                count += list.size;
            }
        }
        return count;
    }

    /** Ends the building: sorts, and drops what was added twice. */
    void freeze() {
        int count = 0;
        boolean ascending = true;
        for (int i = 1; i < size; i++) {
            ascending &= everyone[i - 1] < everyone[i];
        }
        if (!ascending) {
            Ascending.sort(everyone, size);
            for (int i = 0; i < size; i++) {
                if (i == 0 || everyone[i] != everyone[i - 1]) {
                    everyone[count++] = everyone[i];
                }
            }
            size = count;
        }
        everyone = size == everyone.length ? everyone : size == 0 ? NONE : Arrays.copyOf(everyone, size);
        if (byAgent != null) {
            for (RuleList list : byAgent.values()) {
                list.freeze();
            }
        }
    }

    /** Returns the rules for everyone, but for those in {@link #wider}. */
    public int[] everyone() {
        return everyone;
    }

    /** Returns the rules that name {@code agent}, but for those in {@link #wider}. */
    public int[] of(String agent) {
        if (byAgent == null) {
            return NONE;
        }
        RuleList list = byAgent.get(agent);
        return list == null ? NONE : list.everyone;
    }

    /** Returns the list that this one goes on in: what it holds stands here too. */
    public @Nullable RuleList wider() {
        return wider;
    }

    /** Returns the element of a list, or {@link #END}. */
    public static int at(int[] list, int index) {
        return index < list.length ? list[index] : END;
    }

    /** Returns the place of the first element of a list that is not below {@code from}. */
    public static int place(int[] list, int from) {
        int low = 0;
        int high = list.length;
        while (high - low > FEW) {
            int middle = (low + high) >>> 1;
            if (list[middle] < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while (low < high && list[low] < from) {
            low++;
        }
        return low;
    }

    /**
     * Returns the first rule from {@code from} on for everyone or for {@code agent}, in {@code list} and those that it links to;
     * {@link #END} if there is none.
     */
    static int next(@Nullable RuleList list, String agent, int from) {
        int next = END;
        for (RuleList l = list; l != null; l = l.wider) {
            int[] own = l.of(agent);
            next = Math.min(next, at(l.everyone, place(l.everyone, from)));
            next = Math.min(next, at(own, place(own, from)));
        }
        return next;
    }
}
