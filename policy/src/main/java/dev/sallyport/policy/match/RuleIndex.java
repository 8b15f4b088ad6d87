package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Via;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the few rules that a call can match at all: by way out, host, address and agent. A list may name rules that do
 * not match, but never leaves one out that does. Immutable.
 */
public final class RuleIndex {

    private static final Via[] VIAS = Via.values();

    private final RuleList anywhere = new RuleList();
    private final RuleList undecided = new RuleList();
    private final HostTable<RuleList> hosts = new HostTable<>();
    private final AddressTable addresses;
    private final RuleList[] byPrefix;
    private final EnumMap<Via, RuleList> byVia = new EnumMap<>(Via.class);
    private final Map<String, RuleList> byTool = new HashMap<>();

    /** Creates the index of rules: each is known by its place in the list. */
    public RuleIndex(List<RuleMatcher> rules) {
        for (Via via : VIAS) {
            byVia.put(via, new RuleList());
        }
        Map<String, RuleList> byHost = new HashMap<>();
        Map<Prefix, RuleList> byRange = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            RuleMatcher rule = rules.get(i);
            Conditions conditions = rule.conditions();
            int vias = conditions.vias() | conditions.httpVias();
            if ((vias & Conditions.NETWORK) != 0) {
                addNetwork(i, rule, byHost, byRange);
            }
            for (int v = 0; v < VIAS.length; v++) {
                if ((vias & Conditions.bit(VIAS[v]) & ~Conditions.NETWORK) != 0) {
                    addOther(i, VIAS[v], conditions);
                }
            }
        }
        anywhere.freeze();
        undecided.freeze();
        for (RuleList list : byVia.values()) {
            list.freeze();
        }
        for (RuleList list : byTool.values()) {
            list.freeze();
        }
        fillHosts(byHost);
        this.addresses = new AddressTable(byRange.keySet());
        List<Prefix> prefixes = addresses.prefixes();
        this.byPrefix = new RuleList[prefixes.size()];
        for (int i = 0; i < byPrefix.length; i++) {
            RuleList list = byRange.get(prefixes.get(i));
            byPrefix[i] = list == null ? RuleList.EMPTY : list;
            if (addresses.parent(i) != AddressTable.NONE) {
                byPrefix[i].addAll(byPrefix[addresses.parent(i)]);
            }
            byPrefix[i].freeze();
        }
    }

    /** Returns the rules that name no destination, or every one. */
    public RuleList anywhere() {
        return anywhere;
    }

    /** Returns the rules that name {@code host}. */
    public RuleList host(String host) {
        RuleList list = hosts.find(host);
        return list == null ? RuleList.EMPTY : list;
    }

    /** Returns the rules that name {@code address}, or an IPv4 address that it carries. */
    public RuleList address(Address address) {
        Address[] carried = Addresses.carried(address);
        if (carried.length == 0) {
            return named(address);
        }
        RuleList all = new RuleList();
        all.addAll(named(address));
        for (int i = 0; i < carried.length; i++) {
            all.addAll(named(carried[i]));
        }
        all.freeze();
        return all;
    }

    private RuleList named(Address address) {
        int prefix = addresses.find(address);
        return prefix == AddressTable.NONE ? RuleList.EMPTY : byPrefix[prefix];
    }

    /** Returns the rules that may allow a call once its address is known. */
    public RuleList undecided() {
        return undecided;
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

    private void addNetwork(int number, RuleMatcher rule, Map<String, RuleList> byHost, Map<Prefix, RuleList> byRange) {
        List<Destination> destinations = rule.conditions().destinations();
        @Nullable List<String> agents = rule.conditions().agents();
        if (destinations == null) {
            anywhere.add(number, agents);
            return;
        }
        for (int i = 0; i < destinations.size(); i++) {
            Destination destination = destinations.get(i);
            if (destination.everywhere()) {
                anywhere.add(number, agents);
            }
            for (int h = 0; h < destination.hosts().size(); h++) {
                list(byHost, destination.hosts().get(h)).add(number, agents);
            }
            for (int p = 0; p < destination.prefixes().size(); p++) {
                list(byRange, destination.prefixes().get(p)).add(number, agents);
            }
            if (rule.allows() && !destination.prefixes().isEmpty()) {
                undecided.add(number, agents);
            }
        }
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
    private void fillHosts(Map<String, RuleList> byHost) {
        List<String> patterns = new ArrayList<>(byHost.keySet());
        List<RuleList> full = new ArrayList<>(patterns.size());
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            RuleList list = new RuleList();
            list.addAll(list(byHost, pattern));
            int dot = pattern.indexOf('.', HostTable.isWildcard(pattern) ? 2 : 0);
            for (; dot >= 0; dot = pattern.indexOf('.', dot + 1)) {
                RuleList above = byHost.get("*" + pattern.substring(dot));
                if (above != null) {
                    list.addAll(above);
                }
            }
            list.freeze();
            full.add(list);
        }
        for (int i = 0; i < patterns.size(); i++) {
            hosts.put(patterns.get(i), full.get(i));
        }
        hosts.freeze();
    }

    private static <K> RuleList list(Map<K, RuleList> lists, K key) {
        RuleList list = lists.get(key);
        if (list == null) {
            list = new RuleList();
            lists.put(key, list);
        }
        return list;
    }
}
