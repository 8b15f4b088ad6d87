package dev.sallyport.policy.match;

import dev.sallyport.policy.Via;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the index of rules: each is known by its place in the list. For one thread. */
public final class RuleIndexBuilder implements AddressRanges.Numbers {

    private static final Via[] VIAS = Via.values();

    /** From so many rules on that name libraries and no place, they are found by the library. */
    private static final int MANY_LIBRARIES = 16;

    private static final int NO_LIST = -1;

    /** No lists. Copied before anything is added. */
    private static final int[] NOTHING = {0};

    /** Which of the three lists of a destination is which: what is found by its names, its address ranges, and its feed. */
    private static final int NAMED = 0;

    private static final int HELD = 1;
    private static final int FED = 2;

    private final List<RuleMatcher> rules;
    private final AgentSets agents = new AgentSets();
    private final List<PostingList> lists = new ArrayList<>();
    private final PostingList anywhere = new PostingList();
    private final PostingList undecidedNames = new PostingList();
    private final PostingList undecidedRequests = new PostingList();
    private final PostingList[] byVia = new PostingList[VIAS.length];
    private final @Nullable Map<String, PostingList> byLibrary;
    private @Nullable Map<String, PostingList> byTool;
    private final IdentityHashMap<Destination, int[]> destinations = new IdentityHashMap<>();
    private final Map<Long, Integer> within = new HashMap<>();
    private @Nullable Map<Together, Integer> together;

    private RuleIndexBuilder(List<RuleMatcher> rules) {
        this.rules = rules;
        this.byLibrary = nameLibraries(rules) < MANY_LIBRARIES ? null : new HashMap<>();
        for (int i = 0; i < byVia.length; i++) {
            byVia[i] = new PostingList();
        }
    }

    /** Returns the index of rules. */
    public static RuleIndex index(List<RuleMatcher> rules) {
        return new RuleIndexBuilder(rules).index();
    }

    private RuleIndex index() {
        for (int i = 0; i < rules.size(); i++) {
            RuleMatcher rule = rules.get(i);
            Conditions conditions = rule.conditions();
            int set = agents.set(conditions.agents());
            int vias = conditions.vias() | conditions.httpVias();
            if ((vias & Conditions.NETWORK) != 0) {
                addNetwork(i, rule, set);
            }
            for (int v = 0; v < VIAS.length; v++) {
                if ((vias & Conditions.bit(VIAS[v]) & ~Conditions.NETWORK) != 0) {
                    addOther(i, VIAS[v], conditions, set);
                }
            }
        }
        agents.freeze();
        for (int i = 0; i < lists.size(); i++) {
            lists.get(i).freeze();
        }
        return filled();
    }

    private void addNetwork(int number, RuleMatcher rule, int set) {
        List<Destination> places = rule.conditions().destinations();
        if (places == null) {
            addAnywhere(number, rule, null, set);
            return;
        }
        for (int i = 0; i < places.size(); i++) {
            Destination destination = places.get(i);
            if (destination.everywhere()) {
                addAnywhere(number, rule, destination.ports(), set);
                continue;
            }
            addPlace(number, rule, destination, set);
            if (rule.allows() && destination.mayHoldAddresses()) {
                addUndecided(number, rule.conditions(), set);
            }
        }
    }

    private void addPlace(int number, RuleMatcher rule, Destination destination, int set) {
        int[] found = destinations.get(destination);
        if (found == null) {
            found = new int[] {NO_LIST, NO_LIST, NO_LIST};
            destinations.put(destination, found);
        }
        if (!destination.hosts().isEmpty()) {
            found[NAMED] = numbered(found[NAMED]);
            lists.get(found[NAMED]).add(number, Postings.facts(rule, destination.ports(), destination.resolved()), set);
        }
        if (!destination.prefixes().isEmpty()) {
            found[HELD] = numbered(found[HELD]);
            lists.get(found[HELD]).add(number, Postings.facts(rule, destination.ports(), null), set);
        }
        if (destination.feed() != null) {
            found[FED] = numbered(found[FED]);
            // what allows may not rest on a feed that is too old, and not on an address inside another
            boolean broad = rule.conditions().broad();
            int facts = broad ? Postings.facts(rule, destination.ports(), null) : Postings.ASK;
            lists.get(found[FED]).add(number, facts, set);
        }
    }

    private int numbered(int number) {
        if (number != NO_LIST) {
            return number;
        }
        lists.add(new PostingList());
        return lists.size() - 1;
    }

    private void addUndecided(int number, Conditions conditions, int set) {
        int vias = conditions.vias() | conditions.httpVias();
        if ((vias & Conditions.bit(Via.DNS)) != 0) {
            undecidedNames.add(number, Postings.ASK, set);
        }
        if ((vias & Conditions.NETWORK & ~Conditions.bit(Via.DNS)) != 0) {
            undecidedRequests.add(number, Postings.ASK, set);
        }
    }

    private void addAnywhere(int number, RuleMatcher rule, @Nullable Ports ports, int set) {
        LibraryPatterns library = rule.conditions().library();
        if (byLibrary == null || library == null || !library.namesGroups()) {
            anywhere.add(number, Postings.facts(rule, ports, null), set);
            return;
        }
        for (int i = 0; i < library.patterns().size(); i++) {
            String group = library.patterns().get(i).literalGroup();
            if (group != null) {
                list(byLibrary, group).add(number, Postings.ASK, set);
            }
        }
    }

    /** Returns how many rules would be found by their libraries. */
    private static int nameLibraries(List<RuleMatcher> rules) {
        int count = 0;
        for (int i = 0; i < rules.size(); i++) {
            LibraryPatterns library = rules.get(i).conditions().library();
            count += library != null && library.namesGroups() ? 1 : 0;
        }
        return count;
    }

    private void addOther(int number, Via via, Conditions conditions, int set) {
        List<Glob> paths = conditions.paths();
        PostingList patterns = byVia[via.number()];
        if (via != Via.TOOL || paths == null) {
            patterns.add(number, Postings.ASK, set);
            return;
        }
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).literal()) {
                byTool = byTool == null ? new HashMap<>() : byTool;
                list(byTool, paths.get(i).text()).add(number, Postings.ASK, set);
            } else {
                patterns.add(number, Postings.ASK, set);
            }
        }
    }

    private static PostingList list(Map<String, PostingList> of, String key) {
        PostingList list = of.get(key);
        if (list == null) {
            list = new PostingList();
            of.put(key, list);
        }
        return list;
    }

    private RuleIndex filled() {
        Map<String, int[]> byHost = new HashMap<>();
        AddressRanges ranges = new AddressRanges();
        List<Feed> feeds = new ArrayList<>(0);
        List<PostingList> feedLists = new ArrayList<>(0);
        for (Map.Entry<Destination, int[]> entry : destinations.entrySet()) {
            Destination destination = entry.getKey();
            int[] found = entry.getValue();
            if (destination.feed() != null) {
                feeds.add(destination.feed());
                feedLists.add(lists.get(found[FED]));
            }
            for (int h = 0; h < destination.hosts().size(); h++) {
                name(byHost, destination.hosts().get(h), found[NAMED]);
            }
            for (int p = 0; p < destination.prefixes().size(); p++) {
                ranges.add(destination.prefixes().get(p), found[HELD]);
            }
        }
        Map<String, Integer> hosts = hosts(byHost);
        AddressTable addresses = ranges.table(this);
        Postings postings = new Postings(agents);
        int[] places = new int[lists.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = postings.put(lists.get(i));
        }
        for (Map.Entry<String, Integer> host : hosts.entrySet()) {
            host.setValue(places[host.getValue()]);
        }
        addresses.renumber(places);
        int[] vias = new int[VIAS.length];
        for (int v = 0; v < vias.length; v++) {
            vias[v] = frozen(postings, byVia[v]);
        }
        int[] byFeed = new int[feedLists.size()];
        for (int f = 0; f < byFeed.length; f++) {
            byFeed[f] = postings.put(feedLists.get(f));
        }
        RuleIndex index = new RuleIndex(
                postings,
                agents,
                vias,
                frozen(postings, anywhere),
                frozen(postings, byLibrary),
                frozen(postings, undecidedNames),
                frozen(postings, undecidedRequests),
                new HostIndex(hosts),
                addresses,
                frozen(postings, byTool),
                feeds.isEmpty() ? null : feeds.toArray(new Feed[0]),
                byFeed);
        postings.trim();
        return index;
    }

    private static int frozen(Postings postings, PostingList list) {
        list.freeze();
        return postings.put(list);
    }

    private static @Nullable Map<String, Integer> frozen(Postings postings, @Nullable Map<String, PostingList> lists) {
        if (lists == null) {
            return null;
        }
        Map<String, Integer> places = new HashMap<>();
        for (Map.Entry<String, PostingList> entry : lists.entrySet()) {
            places.put(entry.getKey(), frozen(postings, entry.getValue()));
        }
        return places;
    }

    /** What is found under a name must hold what stands under each wildcard over it too. */
    private Map<String, Integer> hosts(Map<String, int[]> byHost) {
        Map<String, Integer> full = new HashMap<>();
        for (String pattern : byHost.keySet()) {
            full(pattern, byHost, full);
        }
        return full;
    }

    private int full(String pattern, Map<String, int[]> byHost, Map<String, Integer> full) {
        Integer known = full.get(pattern);
        if (known != null) {
            return known;
        }
        int number = ofAll(byHost.getOrDefault(pattern, NOTHING));
        int dot = pattern.indexOf('.', HostIndex.isWildcard(pattern) ? 2 : 0);
        for (; dot >= 0; dot = pattern.indexOf('.', dot + 1)) {
            String above = "*" + pattern.substring(dot);
            if (byHost.containsKey(above)) {
                number = within(full(above, byHost, full), number);
                break;
            }
        }
        full.put(pattern, number);
        return number;
    }

    /** Returns the list of what names a host, by the lists of the destinations that do: how many, and then they. */
    private int ofAll(int[] named) {
        if (named[0] == 1) {
            return named[1];
        }
        int[] sorted = Arrays.copyOfRange(named, 1, named[0] + 1);
        Ascending.sort(sorted, sorted.length);
        return together(sorted);
    }

    private static void name(Map<String, int[]> byHost, String host, int list) {
        int[] known = byHost.getOrDefault(host, NOTHING);
        int[] named = known[0] + 1 < known.length ? known : Arrays.copyOf(known, 2 * known.length);
        named[++named[0]] = list;
        byHost.put(host, named);
    }

    /** Adds the list of what comes together where destinations meet. */
    @Override
    public int together(int[] numbers) {
        Map<Together, Integer> all = together;
        if (all == null) {
            all = new HashMap<>();
            together = all;
        }
        Together key = new Together(numbers);
        Integer known = all.get(key);
        if (known != null) {
            return known;
        }
        PostingList list = new PostingList();
        for (int i = 0; i < numbers.length; i++) {
            list.addAll(lists.get(numbers[i]));
        }
        list.freeze();
        lists.add(list);
        all.put(key, lists.size() - 1);
        return lists.size() - 1;
    }

    /** Adds the list of what is found at a place within another one. */
    @Override
    public int within(int outer, int inner) {
        Long key = (long) outer << 32 | inner;
        Integer known = within.get(key);
        if (known != null) {
            return known;
        }
        lists.add(PostingList.within(lists.get(outer), lists.get(inner)));
        within.put(key, lists.size() - 1);
        return lists.size() - 1;
    }

    /** Numbers of lists that come together. */
    private static final class Together {

        private final int[] numbers;

        Together(int[] numbers) {
            this.numbers = numbers;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Together that && Arrays.equals(that.numbers, numbers);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(numbers);
        }
    }
}
