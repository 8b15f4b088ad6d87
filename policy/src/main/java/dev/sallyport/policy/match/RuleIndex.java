package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Via;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the few rules that a call can match at all: by way out, host, address, feed, agent and library. A list may name rules that
 * do not match, but never leaves one out that does. Lists are numbers, which {@link Postings} knows. Immutable.
 */
public final class RuleIndex {

    /** So many feeds are looked at in the pass over a name; the others one after the other. */
    private static final int MOST_IN_PASS = 31;

    private final Postings postings;
    private final AgentSets agents;
    private final int[] byVia;
    private final int anywhere;
    private final @Nullable Map<String, Integer> byLibrary;
    private final int undecidedNames;
    private final int undecidedRequests;
    private final HostIndex hosts;
    private final AddressTable addresses;
    private final @Nullable Map<String, Integer> byTool;
    private final Feed @Nullable [] feeds;
    private final int[] byFeed;
    private final boolean wildcards;

    /**
     * @param byVia for each way out by its number the rules of those that do not lead to a host, and tool rules that are patterns
     * @param anywhere rules that name no destination, or every one
     * @param byLibrary such rules by the group id that they name, where there are many; else null
     * @param undecidedNames rules that may allow a question for a name once an address is known
     * @param undecidedRequests rules that may allow a request or connect once an address is known
     * @param addresses what is found by address; the numbers are lists
     * @param byTool tool rules that name their tools; null if there are none
     * @param feeds the feeds that rules rest on, null if there are none
     * @param byFeed for each feed what is found by it
     */
    RuleIndex(
            Postings postings,
            AgentSets agents,
            int[] byVia,
            int anywhere,
            @Nullable Map<String, Integer> byLibrary,
            int undecidedNames,
            int undecidedRequests,
            HostIndex hosts,
            AddressTable addresses,
            @Nullable Map<String, Integer> byTool,
            Feed @Nullable [] feeds,
            int[] byFeed) {
        this.postings = postings;
        this.agents = agents;
        this.byVia = byVia;
        this.anywhere = anywhere;
        this.byLibrary = byLibrary;
        this.undecidedNames = undecidedNames;
        this.undecidedRequests = undecidedRequests;
        this.hosts = hosts;
        this.addresses = addresses;
        this.byTool = byTool;
        this.feeds = feeds;
        this.byFeed = byFeed;
        this.wildcards = hosts.hasWildcards() || anyWildcards(feeds);
    }

    private static boolean anyWildcards(Feed @Nullable [] feeds) {
        boolean any = false;
        for (int i = 0; feeds != null && i < feeds.length; i++) {
            any |= feeds[i].content().names().hasWildcards();
        }
        return any;
    }

    /** Returns the index of the same rules with what is in the files now; all else is shared. */
    public RuleIndex with(Map<FeedSource, Feed> now) {
        if (feeds == null) {
            return this;
        }
        Feed[] fresh = Arrays.copyOf(feeds, feeds.length);
        for (int i = 0; i < fresh.length; i++) {
            Feed feed = now.get(fresh[i].source());
            fresh[i] = feed == null ? fresh[i] : feed;
        }
        return new RuleIndex(
                postings,
                agents,
                byVia,
                anywhere,
                byLibrary,
                undecidedNames,
                undecidedRequests,
                hosts,
                addresses,
                byTool,
                fresh,
                byFeed);
    }

    /** Returns the lists. */
    public Postings postings() {
        return postings;
    }

    /** Returns the number of an agent, by which its rules are told from others'. */
    public int agent(String name) {
        return agents.number(name);
    }

    /** Returns whether an entry's set of agents contains an agent. */
    public boolean isFor(int set, int agent) {
        return agents.contains(set, agent);
    }

    /** Returns the rules of a way out that does not lead to a host, and the tool rules that are patterns. */
    public int of(Via via) {
        return byVia[via.number()];
    }

    /** Returns the tool rules that name {@code tool} itself. */
    public int tool(@Nullable String tool) {
        Integer list = byTool == null || tool == null ? null : byTool.get(tool);
        return list == null ? Postings.EMPTY : list;
    }

    /** Returns the rules that name no destination, or every one; {@link #library} finds others. */
    public int anywhere() {
        return anywhere;
    }

    /** Returns the rules that name no destination, or every one, but the libraries of one group id; where they are many. */
    public int library(Library library) {
        Integer list = byLibrary == null || library.group() == null ? null : byLibrary.get(library.group());
        return list == null ? Postings.EMPTY : list;
    }

    /** Returns the rules that may allow a call once its address is known. */
    public int undecided(Via via) {
        return via == Via.DNS ? undecidedNames : undecidedRequests;
    }

    /**
     * Reads a name once, from its end, and returns the rules that name it, below a bit for each feed that lists it: {@link #list}
     * and {@link #feeds} take these apart.
     */
    public long byName(String host) {
        long found = 0;
        long hash = 0;
        int list = HostIndex.NONE;
        int i = host.length() - 1;
        while (i > 0) {
            char c = host.charAt(i);
            char next = host.charAt(i - 1);
            if (i > 1 && c != '.' && next != '.') {
                hash = HostIndex.step(hash, c, next);
                i -= 2;
                continue;
            }
            hash = HostIndex.step(hash, c);
            if (c == '.' && wildcards) {
                long finished = HostIndex.finished(hash);
                found |= inFeeds(host, i, finished);
                int under = hosts.hasWildcards() ? hosts.find(host, i, finished) : HostIndex.NONE;
                list = under == HostIndex.NONE ? list : under;
            }
            i--;
        }
        if (i == 0 && host.charAt(0) != '.') {
            hash = HostIndex.finished(HostIndex.step(hash, host.charAt(0)));
            int own = hosts.find(host, 0, hash);
            list = own == HostIndex.NONE ? list : own;
            found |= inFeeds(host, 0, hash);
        }
        return found << 32 | list;
    }

    private long inFeeds(String host, int from, long hash) {
        long found = 0;
        Feed[] all = feeds;
        for (int f = 0; all != null && f < all.length && f < MOST_IN_PASS; f++) {
            NameTable names = all[f].content().names();
            if ((from == 0 || names.hasWildcards()) && names.holds(host, from, hash)) {
                found |= 1L << f;
            }
        }
        return found;
    }

    /** Returns the rules out of what {@link #byName} said. */
    public static int list(long byName) {
        return (int) byName;
    }

    /** Returns the feeds that a call goes to, a bit each. */
    public long feeds(Call call, long byName) {
        long found = byName >>> 32;
        Address address = call.address();
        Feed[] all = feeds;
        for (int f = 0; all != null && f < all.length; f++) {
            boolean held = address != null && all[f].holdsAddresses() && all[f].mayHold(null, address);
            boolean named = f >= MOST_IN_PASS && all[f].mayHold(call.host(), null);
            found |= held || named ? 1L << f : 0;
        }
        return found;
    }

    /** Returns the rules that name the first of some feeds; what names the others, {@link #more} finds. */
    public int byFirst(long inFeeds) {
        return inFeeds == 0 ? Postings.EMPTY : byFeed[Long.numberOfTrailingZeros(inFeeds)];
    }

    /** Returns the rules that name a range that {@code address} is in. */
    public int address(Address address) {
        return list(addresses.find(address));
    }

    private static int list(int found) {
        return found == AddressTable.NONE ? Postings.EMPTY : found;
    }

    /** Returns whether the address is one in which others may be meant. */
    public static boolean carries(@Nullable Address address) {
        return address != null && !address.isIpv4() && Addresses.carriedCount(address) != 0;
    }

    /**
     * Returns the first rule from {@code from} on that is found in no list of its own: by a feed that is not the first, or by an IPv4
     * address that the address carries; {@link Postings#END} if there is none.
     */
    public int more(Call call, long inFeeds, int agent, int from) {
        int next = Postings.END;
        for (long rest = inFeeds & inFeeds - 1; rest != 0; rest &= rest - 1) {
            next = Math.min(next, postings.next(byFeed[Long.numberOfTrailingZeros(rest)], agent, from));
        }
        Address address = call.address();
        if (address != null && carries(address)) {
            for (int i = Addresses.carriedCount(address) - 1; i >= 0; i--) {
                int list = list(addresses.findIpv4(Addresses.carriedIpv4(address, i)));
                next = Math.min(next, postings.next(list, agent, from));
            }
        }
        return next;
    }

    /** Returns the first rule from {@code from} on in what a list goes on in; {@link Postings#END} if there is none. */
    public int wider(int list, int agent, int from) {
        return postings.next(postings.numbers()[list], agent, from);
    }

    /** Returns the first rule from {@code from} on in a list and what it goes on in; {@link Postings#END} if there is none. */
    public int next(int list, int agent, int from) {
        return postings.next(list, agent, from);
    }
}
