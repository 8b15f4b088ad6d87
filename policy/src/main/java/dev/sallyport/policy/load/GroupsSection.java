package dev.sallyport.policy.load;

import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.Ports;
import dev.sallyport.policy.match.Prefix;
import dev.sallyport.policy.match.Resolved;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code groups} section, and which of the groups the rules name. */
final class GroupsSection {

    private static final List<String> KEYS = List.of("fqdn", "cidr", "ports", "resolved", "feed", "serviceTag");
    /** The index of rules keeps a bit for each. */
    static final int MOST_FEEDS = 64;

    private static final List<String> RESOLVED = List.of("public", "private", "any");

    private final Reading reading;
    private final Places places;
    private final Map<String, Destination> groups = new LinkedHashMap<>();
    private final Map<String, Node.Scalar> names = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    private final Path policy;
    private final @Nullable PolicyEngine previous;
    private @Nullable FilesReading files;
    private int feeds;

    /**
     * @param policy the policy's file
     * @param previous the engine in force, null if there is none
     */
    GroupsSection(Reading reading, Path policy, @Nullable PolicyEngine previous) {
        this.reading = reading;
        this.policy = policy;
        this.previous = previous;
        this.places = new Places(reading.problems());
    }

    /** Reads the section. */
    void read(@Nullable Node node) {
        Node.Mapping section = node == null ? null : reading.mapping(node, "'groups'");
        if (section == null) {
            return;
        }
        for (int i = 0; i < section.entries().size(); i++) {
            Node.Scalar name = section.entries().get(i).key();
            if (!Words.isName(name.text())) {
                reading.problems().error(name, "'" + name.text() + "' cannot be a group's name", Words.NAME_RULE);
            }
            groups.put(name.text(), group(name, section.entries().get(i).value()));
            names.put(name.text(), name);
        }
    }

    /** Returns what reads the files that a policy names. */
    FilesReading files() {
        FilesReading known = files;
        if (known == null) {
            known = new FilesReading(reading, policy, previous);
            files = known;
        }
        return known;
    }

    /** Returns whether there is a group of that name. */
    boolean has(String name) {
        return groups.containsKey(name);
    }

    /** Returns the group that {@code word} names, or null with the problem noted. */
    @Nullable
    Destination named(Node.Scalar word) {
        Destination group = groups.get(word.text());
        if (group != null) {
            used.add(word.text());
            return group;
        }
        String suggestion = Problems.suggest(word.text(), groups.keySet());
        reading.problems()
                .error(
                        word,
                        "unknown group '" + word.text() + "'",
                        suggestion != null
                                ? suggestion
                                : "for a host of that name write '" + word.text() + ":443', or put it into a group");
        return null;
    }

    /** Notes the groups that no rule named. */
    void warnOfUnused() {
        for (Map.Entry<String, Node.Scalar> entry : names.entrySet()) {
            if (!used.contains(entry.getKey())) {
                reading.problems().warning(entry.getValue(), "no rule names the group '" + entry.getKey() + "'", null);
            }
        }
    }

    private Destination group(Node.Scalar name, Node value) {
        Node.Mapping group = reading.mapping(value, "group '" + name.text() + "'", KEYS, List.of());
        List<String> hosts = new ArrayList<>();
        List<Prefix> prefixes = new ArrayList<>();
        Ports ports = null;
        int resolved = -1;
        Feed feed = null;
        if (group != null) {
            feed = feed(name, group);
            List<Node.Scalar> fqdn = reading.words(group.get("fqdn"), "'fqdn'");
            for (int i = 0; i < fqdn.size(); i++) {
                String host = places.host(fqdn.get(i), fqdn.get(i).text());
                if (host != null) {
                    hosts.add(host);
                }
            }
            List<Node.Scalar> cidr = reading.words(group.get("cidr"), "'cidr'");
            for (int i = 0; i < cidr.size(); i++) {
                Prefix prefix = places.prefix(cidr.get(i), cidr.get(i).text());
                if (prefix != null) {
                    prefixes.add(prefix);
                }
            }
            ports = places.ports(reading.words(group.get("ports"), "'ports'"));
            resolved = reading.choice(group.get("resolved"), "'resolved'", RESOLVED);
            boolean fed = group.get("feed") != null || group.get("serviceTag") != null;
            if (group.get("fqdn") == null && group.get("cidr") == null && !fed) {
                reading.problems()
                        .error(name, "group '" + name.text() + "' holds no destination", "give it 'fqdn' or 'cidr'");
            }
            Node asked = group.get("resolved");
            if (asked != null && group.get("fqdn") == null && group.get("feed") == null) {
                reading.problems()
                        .warning(asked, "'resolved' says nothing about addresses", "it is meant for names: 'fqdn'");
            }
        }
        return Destination.of(
                name.text(),
                hosts,
                prefixes,
                ports,
                resolved == 1 ? Resolved.PRIVATE : resolved == 2 ? Resolved.ANY : Resolved.PUBLIC,
                feed);
    }

    private @Nullable Feed feed(Node.Scalar name, Node.Mapping group) {
        Node list = group.get("feed");
        Node tags = group.get("serviceTag");
        if (list == null && tags == null) {
            return null;
        }
        if (list != null && tags != null) {
            reading.problems().error(tags, "a group has a feed or service tags, not both", "make it two groups");
            return null;
        }
        if (++feeds > MOST_FEEDS) {
            reading.problems()
                    .error(
                            name,
                            "more than " + MOST_FEEDS + " groups have a feed or service tags",
                            "put lists together");
            return null;
        }
        return list != null
                ? files().list(name.text(), list)
                : tags == null ? null : files().serviceTags(name.text(), tags);
    }
}
