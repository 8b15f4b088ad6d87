package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Via;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the few rules that a call can match at all: by way out, host, address, agent and library. A list may name rules that
 * do not match, but never leaves one out that does. Immutable.
 */
public final class RuleIndex {

    private static final Via[] VIAS = Via.values();

    /** From so many rules on that name libraries and no place, they are found by the library. */
    private static final int MANY_LIBRARIES = 16;

    private final RuleList anywhere;
    private final @Nullable Map<String, RuleList> byLibrary;
    private final RuleList undecidedNames;
    private final RuleList undecidedRequests;
    private final RuleList enforcedNames;
    private final RuleList enforcedRequests;
    private final HostTable<RuleList> hosts;
    private final AddressTable addresses;
    private final RuleList[] byRange;
    private final EnumMap<Via, RuleList> byVia;
    private final Map<String, RuleList> byTool;
    private final Feed @Nullable [] feeds;
    private final RuleList[] byFeed;

    /** Creates the index of rules: each is known by its place in the list. */
    public RuleIndex(List<RuleMatcher> rules) {
        this.anywhere = new RuleList();
        this.undecidedNames = new RuleList();
        this.undecidedRequests = new RuleList();
        this.enforcedNames = new RuleList();
        this.enforcedRequests = new RuleList();
        this.hosts = new HostTable<>();
        this.byVia = new EnumMap<>(Via.class);
        this.byTool = new HashMap<>();
        for (Via via : VIAS) {
            byVia.put(via, new RuleList());
        }
        this.byLibrary = nameLibraries(rules) < MANY_LIBRARIES ? null : new HashMap<>();
        Lists lists = new Lists();
        IdentityHashMap<Destination, Integer> destinations = new IdentityHashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            RuleMatcher rule = rules.get(i);
            Conditions conditions = rule.conditions();
            int vias = conditions.vias() | conditions.httpVias();
            if ((vias & Conditions.NETWORK) != 0) {
                addNetwork(i, rule, destinations, lists);
            }
            for (int v = 0; v < VIAS.length; v++) {
                if ((vias & Conditions.bit(VIAS[v]) & ~Conditions.NETWORK) != 0) {
                    addOther(i, VIAS[v], conditions);
                }
            }
        }
        freeze(lists);
        Map<String, Ids> byHost = new HashMap<>();
        AddressRanges ranges = new AddressRanges();
        List<Feed> fed = new ArrayList<>(0);
        List<RuleList> feedLists = new ArrayList<>(0);
        for (Map.Entry<Destination, Integer> entry : destinations.entrySet()) {
            Destination destination = entry.getKey();
            if (destination.feed() != null) {
                fed.add(destination.feed());
                feedLists.add(lists.all.get(entry.getValue()));
            }
            for (int h = 0; h < destination.hosts().size(); h++) {
                ids(byHost, destination.hosts().get(h)).add(entry.getValue());
            }
            for (int p = 0; p < destination.prefixes().size(); p++) {
                ranges.add(destination.prefixes().get(p), entry.getValue());
            }
        }
        fillHosts(byHost, lists);
        this.addresses = ranges.table(lists);
        this.byRange = lists.all.toArray(new RuleList[0]);
        this.feeds = fed.isEmpty() ? null : fed.toArray(new Feed[0]);
        this.byFeed = feedLists.toArray(new RuleList[0]);
    }

    private RuleIndex(RuleIndex index, Feed @Nullable [] feeds, RuleList enforcedNames, RuleList enforcedRequests) {
        this.anywhere = index.anywhere;
        this.byLibrary = index.byLibrary;
        this.undecidedNames = index.undecidedNames;
        this.undecidedRequests = index.undecidedRequests;
        this.enforcedNames = enforcedNames;
        this.enforcedRequests = enforcedRequests;
        this.hosts = index.hosts;
        this.addresses = index.addresses;
        this.byRange = index.byRange;
        this.byVia = index.byVia;
        this.byTool = index.byTool;
        this.feeds = feeds;
        this.byFeed = index.byFeed;
    }

    /** Returns the index of the same rules with what is in the files now; all else is shared. */
    public RuleIndex with(Map<FeedSource, Feed> now) {
        if (feeds == null) {
            return this;
        }
        Feed[] fresh = feeds.clone();
        for (int i = 0; i < fresh.length; i++) {
            Feed feed = now.get(fresh[i].source());
            fresh[i] = feed == null ? fresh[i] : feed;
        }
        return new RuleIndex(this, fresh, enforcedNames, enforcedRequests);
    }

    /** Returns the index of the same rules in the modes that they have now; all but what rests on modes is shared. */
    public RuleIndex inModesOf(RuleMatcher[] rules) {
        RuleList names = new RuleList();
        RuleList requests = new RuleList();
        for (int i = 0; i < rules.length; i++) {
            RuleMatcher rule = rules[i];
            List<Destination> destinations = rule.conditions().destinations();
            boolean addresses = false;
            for (int d = 0; destinations != null && d < destinations.size(); d++) {
                addresses |= destinations.get(d).mayHoldAddresses();
            }
            if (addresses && rule.allows() && rule.enforced()) {
                addUndecided(i, rule.conditions(), names, requests);
            }
        }
        names.freeze();
        requests.freeze();
        return new RuleIndex(this, feeds, names, requests);
    }

    private void freeze(Lists lists) {
        anywhere.freeze();
        undecidedNames.freeze();
        undecidedRequests.freeze();
        enforcedNames.freeze();
        enforcedRequests.freeze();
        for (RuleList list : byVia.values()) {
            list.freeze();
        }
        for (RuleList list : byTool.values()) {
            list.freeze();
        }
        if (byLibrary != null) {
            for (RuleList list : byLibrary.values()) {
                list.freeze();
            }
        }
        for (int i = 0; i < lists.all.size(); i++) {
            lists.all.get(i).freeze();
        }
    }

    /** Returns the rules that name no destination, or every one; {@link #more} finds others. */
    public RuleList anywhere() {
        return anywhere;
    }

    /** Returns the rules that name {@code host}; {@link #more} finds others. */
    public RuleList host(String host) {
        RuleList list = hosts.find(host);
        return list == null ? RuleList.EMPTY : list;
    }

    /** Returns the rules that name {@code address}; {@link #more} finds others. */
    public RuleList address(Address address) {
        return range(addresses.find(address));
    }

    private RuleList range(int number) {
        return number == AddressTable.NONE ? RuleList.EMPTY : byRange[number];
    }

    /**
     * Returns the rules that may allow a call once its address is known.
     *
     * @param enforced whether only those that are enforced
     */
    public RuleList undecided(Via via, boolean enforced) {
        return via == Via.DNS
                ? enforced ? enforcedNames : undecidedNames
                : enforced ? enforcedRequests : undecidedRequests;
    }

    /** Returns the feeds that {@code call} goes to, a bit each: {@link #more} finds the rules that name them. */
    public long feeds(Call call) {
        Feed[] all = feeds;
        long found = 0;
        for (int i = 0; all != null && i < all.length; i++) {
            if (all[i].mayHold(call.host(), call.address())) {
                found |= 1L << i;
            }
        }
        return found;
    }

    /** Returns whether {@link #more} may find rules for {@code call} in the network, for which these were found before. */
    public boolean hasMore(Call call, RuleList named, RuleList addressed, long inFeeds) {
        Address address = call.address();
        return inFeeds != 0
                || named.wider() != null
                || addressed.wider() != null
                || byLibrary != null
                || (address != null && !address.isIpv4() && Addresses.carriedCount(address) != 0);
    }

    /**
     * Returns the first rule from {@code from} on that is found in none of the lists' own: under wider names and ranges that
     * many rules name, in feeds, by an IPv4 address that the address carries, or by its library alone; {@link RuleList#END} if there is
     * none.
     */
    public int more(Call call, RuleList named, RuleList addressed, long inFeeds, int from) {
        String agent = call.agent();
        int next = Math.min(RuleList.next(named.wider(), agent, from), RuleList.next(addressed.wider(), agent, from));
        Address address = call.address();
        if (address != null && !address.isIpv4()) {
            for (int i = Addresses.carriedCount(address) - 1; i >= 0; i--) {
                int range = addresses.findIpv4(Addresses.carriedIpv4(address, i));
                next = Math.min(next, RuleList.next(range(range), agent, from));
            }
        }
        for (long rest = inFeeds; rest != 0; rest &= rest - 1) {
            next = Math.min(next, RuleList.next(byFeed[Long.numberOfTrailingZeros(rest)], agent, from));
        }
        Library library = call.library();
        if (byLibrary != null && library.group() != null) {
            next = Math.min(next, RuleList.next(byLibrary.get(library.group()), agent, from));
        }
        return next;
    }

    /** Returns the rules of a way out that does not lead to a host, and the tool rules that are patterns. */
    public RuleList of(Via via) {
        return list(byVia, via);
    }

    /** Returns the tool rules that name {@code tool} itself. */
    public RuleList tool(String tool) {
        RuleList list = byTool.get(tool);
        return list == null ? RuleList.EMPTY : list;
    }

    private void addNetwork(int number, RuleMatcher rule, IdentityHashMap<Destination, Integer> known, Lists lists) {
        List<Destination> destinations = rule.conditions().destinations();
        @Nullable List<String> agents = rule.conditions().agents();
        if (destinations == null) {
            addAnywhere(number, rule);
            return;
        }
        for (int i = 0; i < destinations.size(); i++) {
            Destination destination = destinations.get(i);
            if (destination.everywhere()) {
                addAnywhere(number, rule);
                continue;
            }
            Integer id = known.get(destination);
            if (id == null) {
                id = lists.all.size();
                lists.all.add(new RuleList());
                known.put(destination, id);
            }
            lists.all.get(id).add(number, agents);
            if (rule.allows() && destination.mayHoldAddresses()) {
                addUndecided(number, rule.conditions(), undecidedNames, undecidedRequests);
                if (rule.enforced()) {
                    addUndecided(number, rule.conditions(), enforcedNames, enforcedRequests);
                }
            }
        }
    }

    private static void addUndecided(int number, Conditions conditions, RuleList names, RuleList requests) {
        int vias = conditions.vias() | conditions.httpVias();
        if ((vias & Conditions.bit(Via.DNS)) != 0) {
            names.add(number, conditions.agents());
        }
        if ((vias & Conditions.NETWORK & ~Conditions.bit(Via.DNS)) != 0) {
            requests.add(number, conditions.agents());
        }
    }

    private void addAnywhere(int number, RuleMatcher rule) {
        LibraryPatterns library = rule.conditions().library();
        if (byLibrary == null || library == null || !library.namesGroups()) {
            anywhere.add(number, rule.conditions().agents());
            return;
        }
        for (int i = 0; i < library.patterns().size(); i++) {
            String group = library.patterns().get(i).literalGroup();
            if (group != null) {
                list(byLibrary, group).add(number, rule.conditions().agents());
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

    private void addOther(int number, Via via, Conditions conditions) {
        List<Glob> paths = conditions.paths();
        if (via != Via.TOOL || paths == null) {
            list(byVia, via).add(number, conditions.agents());
            return;
        }
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).literal()) {
                list(byTool, paths.get(i).text()).add(number, conditions.agents());
            } else {
                list(byVia, via).add(number, conditions.agents());
            }
        }
    }

    /** What is found under a name must hold what stands under each wildcard over it too. */
    private void fillHosts(Map<String, Ids> byHost, Lists lists) {
        Map<String, Integer> full = new HashMap<>();
        for (String pattern : byHost.keySet()) {
            hosts.put(pattern, lists.all.get(full(pattern, byHost, full, lists)));
        }
        hosts.freeze();
    }

    private static int full(String pattern, Map<String, Ids> byHost, Map<String, Integer> full, Lists lists) {
        Integer known = full.get(pattern);
        if (known != null) {
            return known;
        }
        Ids ids = byHost.get(pattern);
        int number = ids == null ? lists.together(new int[0]) : ids.number(lists);
        int dot = pattern.indexOf('.', HostTable.isWildcard(pattern) ? 2 : 0);
        for (; dot >= 0; dot = pattern.indexOf('.', dot + 1)) {
            String above = "*" + pattern.substring(dot);
            if (byHost.containsKey(above)) {
                number = lists.within(full(above, byHost, full, lists), number);
                break;
            }
        }
        full.put(pattern, number);
        return number;
    }

    private static Ids ids(Map<String, Ids> byHost, String host) {
        Ids ids = byHost.get(host);
        if (ids == null) {
            ids = new Ids();
            byHost.put(host, ids);
        }
        return ids;
    }

    private static <K> RuleList list(Map<K, RuleList> lists, K key) {
        RuleList list = lists.get(key);
        if (list == null) {
            list = new RuleList();
            lists.put(key, list);
        }
        return list;
    }

    /** The destinations that name a host. */
    private static final class Ids {

        private int[] ids = new int[1];
        private int size;

        void add(int id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size++] = id;
        }

        int number(Lists lists) {
            if (size == 1) {
                return ids[0];
            }
            int[] sorted = Arrays.copyOf(ids, size);
            Ascending.sort(sorted, size);
            return lists.together(sorted);
        }
    }

    /** All lists, by number: first those of the destinations, then what comes together where destinations meet. */
    private static final class Lists implements AddressRanges.Numbers {

        private final List<RuleList> all = new ArrayList<>();
        private final Map<Together, Integer> together = new HashMap<>();
        private final Map<Long, Integer> within = new HashMap<>();

        @Override
        public int together(int[] numbers) {
            Together key = new Together(numbers);
            Integer known = together.get(key);
            if (known != null) {
                return known;
            }
            RuleList list = new RuleList();
            for (int i = 0; i < numbers.length; i++) {
                list.addAll(all.get(numbers[i]));
            }
            list.freeze();
            all.add(list);
            together.put(key, all.size() - 1);
            return all.size() - 1;
        }

        @Override
        public int within(int outer, int inner) {
            Long key = (long) outer << 32 | inner;
            Integer known = within.get(key);
            if (known != null) {
                return known;
            }
            all.add(RuleList.within(all.get(outer), all.get(inner)));
            within.put(key, all.size() - 1);
            return all.size() - 1;
        }
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
