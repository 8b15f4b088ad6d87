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

    /** What {@link #at} says behind the end. */
    public static final int END = Integer.MAX_VALUE;

    private int[] everyone = NONE;
    private int size;
    private @Nullable Map<String, RuleList> byAgent;

    /** Adds a rule: for the agents that it names, or (null) for everyone. Rules are added in any order, once or more. */
    void add(int number, @Nullable List<String> agents) {
        if (agents == null) {
            if (size == everyone.length) {
                everyone = Arrays.copyOf(everyone, Math.max(2, 2 * size));
            }
            everyone[size++] = number;
            return;
        }
        Map<String, RuleList> lists = byAgent;
        if (lists == null) {
            lists = new HashMap<>();
            byAgent = lists;
        }
        for (int i = 0; i < agents.size(); i++) {
            RuleList list = lists.get(agents.get(i));
            if (list == null) {
                list = new RuleList();
                lists.put(agents.get(i), list);
            }
            list.add(number, null);
        }
    }

    /** Adds what is in another list. */
    void addAll(RuleList other) {
        for (int i = 0; i < other.size; i++) {
            add(other.everyone[i], null);
        }
        if (other.byAgent != null) {
            for (Map.Entry<String, RuleList> entry : other.byAgent.entrySet()) {
                List<String> agent = List.of(entry.getKey());
                for (int i = 0; i < entry.getValue().size; i++) {
                    add(entry.getValue().everyone[i], agent);
                }
            }
        }
    }

    /** Ends the building: sorts, and drops what was added twice. */
    void freeze() {
        int[] sorted = Arrays.copyOf(everyone, size);
        Arrays.sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[count++] = sorted[i];
            }
        }
        everyone = count == 0 ? NONE : Arrays.copyOf(sorted, count);
        size = count;
        if (byAgent != null) {
            for (RuleList list : byAgent.values()) {
                list.freeze();
            }
        }
    }

    /** Returns the rules for everyone. */
    public int[] everyone() {
        return everyone;
    }

    /** Returns the rules that name {@code agent}. */
    public int[] of(String agent) {
        if (byAgent == null) {
            return NONE;
        }
        RuleList list = byAgent.get(agent);
        return list == null ? NONE : list.everyone;
    }

    /** Returns the element of a list, or {@link #END}. */
    public static int at(int[] list, int index) {
        return index < list.length ? list[index] : END;
    }
}
