package dev.sallyport.policy.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The agents that rules name, and the sets in which they name them, as numbers. Immutable but while it is built, on one thread. */
final class AgentSets {

    /** The set of every agent. */
    static final int EVERYBODY = 0;

    /** The number of an agent that no rule names. */
    static final int OTHER = 0;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<List<String>, Integer> sets = new HashMap<>();
    private final List<List<Integer>> members = new ArrayList<>();
    private long[] bits = new long[0];
    private int words;

    AgentSets() {
        members.add(List.of());
    }

    /** Returns the number of the set of some agents; null stands for everybody. */
    int set(@Nullable List<String> agents) {
        if (agents == null) {
            return EVERYBODY;
        }
        Integer known = sets.get(agents);
        if (known != null) {
            return known;
        }
        List<Integer> set = new ArrayList<>(agents.size());
        for (int i = 0; i < agents.size(); i++) {
            Integer number = numbers.get(agents.get(i));
            if (number == null) {
                number = numbers.size() + 1;
                numbers.put(agents.get(i), number);
            }
            if (!set.contains(number)) {
                set.add(number);
            }
        }
        sets.put(agents, members.size());
        members.add(set);
        return members.size() - 1;
    }

    /** Ends the building. */
    void freeze() {
        words = (numbers.size() + Long.SIZE) / Long.SIZE;
        bits = new long[words * members.size()];
        Arrays.fill(bits, 0, words, -1);
        for (int set = 1; set < members.size(); set++) {
            List<Integer> agents = members.get(set);
            for (int i = 0; i < agents.size(); i++) {
                int agent = agents.get(i);
                bits[set * words + agent / Long.SIZE] |= 1L << agent;
            }
        }
    }

    /** Returns the members of a set. */
    List<Integer> members(int set) {
        return members.get(set);
    }

    /** Returns the number of an agent. */
    int number(String agent) {
        Integer number = numbers.get(agent);
        return number == null ? OTHER : number;
    }

    /** Returns whether a set contains an agent. */
    boolean contains(int set, int agent) {
        return set == EVERYBODY || (bits[set * words + (agent >>> 6)] >>> agent & 1) != 0;
    }
}
