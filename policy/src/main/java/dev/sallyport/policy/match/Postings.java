package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Stage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All lists of rules that are found under places, one behind the other in one array, so that looking at a list touches one or two
 * lines of the processor's cache and no objects. A list is known by where it begins: first the list that it goes on in ({@link
 * #EMPTY} if none), then how many entries it has, then its entries in the order of the rules. Of a long list each agent that it
 * names has one of its own: there the number is negative, and pairs of an agent and its list follow; the first number is the list
 * of everybody else, in which the others go on. Immutable but while it is built, on one thread.
 */
public final class Postings {

    /** The list without entries. */
    public static final int EMPTY = 0;

    /** How many numbers an entry has: the rule, what it asks besides being found, the set of agents. */
    public static final int ENTRY = PostingList.ENTRY;

    /** How many numbers stand before the first entry. */
    public static final int HEAD = 2;

    /** What {@link #next} says behind the end. */
    public static final int END = Integer.MAX_VALUE;

    /** What an entry says of a rule that is to be asked itself whether it matches. */
    static final int ASK = 0;

    /** The entry alone says whether its rule matches, since that asks for nothing but the way out, the agent and what was found. */
    private static final int SIMPLE = 1 << 16;

    /** At the port in the lower bits only. */
    private static final int ONE_PORT = 1 << 17;

    private static final int PUBLIC = 1 << 18;
    private static final int PRIVATE = 1 << 19;
    private static final int VIAS = 20;
    private static final int PORT = 0xffff;

    /** From so many entries on, agents have lists of their own. */
    private static final int LONG = 16;

    private final AgentSets agents;
    private int[] numbers = new int[1 << 8];
    private int length = HEAD;

    Postings(AgentSets agents) {
        this.agents = agents;
    }

    /** Puts a list in, if it is not in yet, and those that it goes on in; returns where it begins. */
    int put(PostingList list) {
        if (list.place() >= 0) {
            return list.place();
        }
        PostingList wider = list.wider();
        int goesOn = wider == null ? EMPTY : put(wider);
        int place = goesOn;
        if (list.size() > LONG && !allForEverybody(list)) {
            place = putByAgent(list, goesOn);
        } else if (list.size() > 0) {
            place = begin(goesOn, list.size());
            for (int i = 0; i < list.size(); i++) {
                entry(list.rule(i), list.facts(i), list.agents(i));
            }
        }
        list.putAt(place);
        return place;
    }

    private static boolean allForEverybody(PostingList list) {
        boolean all = true;
        for (int i = 0; i < list.size(); i++) {
            all &= list.agents(i) == AgentSets.EVERYBODY;
        }
        return all;
    }

    private int putByAgent(PostingList list, int goesOn) {
        PostingList everybody = new PostingList();
        Map<Integer, PostingList> ofAgents = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            if (list.agents(i) == AgentSets.EVERYBODY) {
                everybody.add(list.rule(i), list.facts(i), AgentSets.EVERYBODY);
                continue;
            }
            List<Integer> members = agents.members(list.agents(i));
            for (int m = 0; m < members.size(); m++) {
                PostingList own = ofAgents.get(members.get(m));
                if (own == null) {
                    own = new PostingList();
                    ofAgents.put(members.get(m), own);
                }
                own.add(list.rule(i), list.facts(i), AgentSets.EVERYBODY);
            }
        }
        int others = goesOn;
        if (everybody.size() > 0) {
            others = putAll(everybody, goesOn);
        }
        int[] named = new int[ofAgents.size()];
        int count = 0;
        for (Integer agent : ofAgents.keySet()) {
            named[count++] = agent;
        }
        Ascending.sort(named, count);
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = putAll(ofAgents.getOrDefault(named[i], everybody), others);
        }
        int place = begin(others, -count);
        for (int i = 0; i < count; i++) {
            append(named[i]);
            append(places[i]);
        }
        return place;
    }

    private int putAll(PostingList list, int goesOn) {
        int place = begin(goesOn, list.size());
        for (int i = 0; i < list.size(); i++) {
            entry(list.rule(i), list.facts(i), list.agents(i));
        }
        return place;
    }

    private int begin(int goesOn, int count) {
        int place = length;
        append(goesOn);
        append(count);
        return place;
    }

    private void entry(int rule, int facts, int set) {
        append(rule);
        append(facts);
        append(set);
    }

    private void append(int number) {
        if (length == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * length);
        }
        numbers[length++] = number;
    }

    /** Ends the building. */
    void trim() {
        numbers = Arrays.copyOf(numbers, length);
    }

    /** Returns the array that all lists stand in; it is not to be changed. */
    public int[] numbers() {
        return numbers;
    }

    /** Returns the list of an agent in the list that begins at {@code list}. */
    public int of(int agent, int list) {
        int count = numbers[list + 1];
        return count >= 0 ? list : ofAgent(agent, list, -count);
    }

    private int ofAgent(int agent, int list, int count) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = list + HEAD + 2 * middle;
            if (numbers[at] == agent) {
                return numbers[at + 1];
            }
            if (numbers[at] < agent) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return of(agent, numbers[list]);
    }

    /** Returns where the entries of a list end. */
    public int end(int list) {
        return list + HEAD + ENTRY * numbers[list + 1];
    }

    /** Returns where the first entry of a list stands whose rule is not before {@code from}. */
    public int place(int list, int from) {
        int low = 0;
        int high = numbers[list + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[list + HEAD + ENTRY * middle] < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return list + HEAD + ENTRY * low;
    }

    /**
     * Returns the first rule from {@code from} on that is for an agent, in a list and those that it goes on in; {@link #END} if
     * there is none.
     */
    int next(int list, int agent, int from) {
        int next = END;
        int at = list;
        while (at != EMPTY) {
            int own = of(agent, at);
            int end = end(own);
            int place = place(own, from);
            while (place < end && !agents.contains(numbers[place + 2], agent)) {
                place += ENTRY;
            }
            next = place < end ? Math.min(next, numbers[place]) : next;
            at = numbers[own];
        }
        return next;
    }

    /**
     * Returns what an entry says of a rule where it is found under a destination of its own.
     *
     * @param resolved which addresses the name may have that it was found by; null if it was found by an address
     */
    static int facts(RuleMatcher rule, @Nullable Ports ports, @Nullable Resolved resolved) {
        Conditions conditions = rule.conditions();
        int[] bounds = ports == null ? null : ports.bounds();
        boolean onePort = bounds != null && bounds.length == 2 && bounds[0] == bounds[1];
        if (rule.except() != null
                || rule.terms() != null
                || conditions.during() != null
                || conditions.library() != null
                || conditions.paths() != null
                || (bounds != null && !onePort)) {
            return ASK;
        }
        int facts = SIMPLE | (conditions.vias() & Conditions.NETWORK) << VIAS;
        if (bounds != null) {
            facts |= ONE_PORT | bounds[0];
        }
        if (resolved != null && !conditions.broad()) {
            facts |= resolved == Resolved.PUBLIC ? PUBLIC : resolved == Resolved.PRIVATE ? PRIVATE : 0;
        }
        return facts;
    }

    /**
     * Returns whether a rule matches {@code call}, as far as an entry alone can say under which it was found; null where the rule
     * itself has to be asked.
     *
     * @param facts the entry's second number
     */
    public static @Nullable Match match(int facts, Call call) {
        if ((facts & SIMPLE) == 0 || (facts >>> VIAS >>> call.via().number() & 1) == 0) {
            return null;
        }
        if ((facts & ONE_PORT) != 0 && call.port() != (facts & PORT)) {
            return call.port() < 0 && call.stage() == Stage.NAME ? null : Match.NO;
        }
        Address address = call.address();
        if (address == null || (facts & (PUBLIC | PRIVATE)) == 0) {
            return Match.YES;
        }
        return Addresses.isPrivate(address) == ((facts & PRIVATE) != 0) ? Match.YES : Match.NO;
    }
}
