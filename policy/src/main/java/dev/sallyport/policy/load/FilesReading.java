package dev.sallyport.policy.load;

import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.ServiceTags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a policy says of files beside it, and the files: lists, service tags, regions. Apart, so that a policy without
 * such files loads nothing of it. For one thread.
 */
final class FilesReading {

    private static final long MILLI = 1_000_000L;
    private static final long SHORTEST = Durations.SECOND;
    private static final long LONGEST = 3_650 * Durations.DAY;
    private static final int MOST_TOLD = 5;

    private final Reading reading;
    private final Problems problems;
    private final Path policy;
    private final @Nullable PolicyEngine previous;
    private final FeedFiles files = new FeedFiles();
    private final List<FeedSource> sources = new ArrayList<>();

    /**
     * @param policy the policy's file or directory: other files are found from there
     * @param previous the engine in force, whose files need not be read again if they have not changed; null if there is none
     */
    FilesReading(Reading reading, Path policy, @Nullable PolicyEngine previous) {
        this.reading = reading;
        this.problems = reading.problems();
        this.policy = policy;
        this.previous = previous;
    }

    /** Returns the list that {@code feed} of a group names; null with the problem noted. */
    @Nullable
    Feed list(String group, Node node) {
        Node.Mapping feed = reading.mapping(node, "'feed'", List.of("file", "refresh", "maxAge"), List.of());
        Path file = feed == null ? null : file(feed, "'feed'");
        if (feed == null || file == null) {
            return null;
        }
        FeedSource source = FeedSource.list(group, file, millis(feed, "refresh"), millis(feed, "maxAge"));
        return feed(source, feed);
    }

    /** Returns the addresses that {@code serviceTag} of a group names; null with the problem noted. */
    @Nullable
    Feed serviceTags(String group, Node node) {
        Node.Mapping tag = reading.mapping(
                node, "'serviceTag'", List.of("file", "names", "regions", "refresh", "maxAge"), List.of());
        Path file = tag == null ? null : file(tag, "'serviceTag'");
        if (tag == null || file == null) {
            return null;
        }
        List<Node.Scalar> names = reading.words(tag.get("names"), "'names'");
        List<Node.Scalar> regions = reading.words(tag.get("regions"), "'regions'");
        if (tag.get("names") == null) {
            problems.error(tag, "'serviceTag' does not say which tags", "write 'names: [AzureActiveDirectory]'");
            return null;
        }
        FeedSource source = FeedSource.serviceTags(
                group,
                file,
                millis(tag, "refresh"),
                millis(tag, "maxAge"),
                List.copyOf(Reading.texts(names)),
                List.copyOf(Reading.texts(regions)));
        Feed known = known(source);
        if (known != null) {
            return kept(source, known);
        }
        try {
            ServiceTags tags = files.serviceTags(file);
            for (int i = 0; i < names.size(); i++) {
                known(names.get(i), "service tag", tags.names());
            }
            for (int i = 0; i < regions.size(); i++) {
                known(regions.get(i), "region", tags.regions());
            }
            if (!problems.errors()) {
                warnOfNothing(names, tags, source.regions());
            }
        } catch (IOException e) {
            unreadable(tag, file, e);
            return null;
        }
        return feed(source, tag);
    }

    private void warnOfNothing(List<Node.Scalar> names, ServiceTags tags, List<String> regions) {
        for (int i = 0; i < names.size(); i++) {
            if (tags.pick(names.get(i).text(), regions).isEmpty()) {
                problems.warning(
                        names.get(i),
                        "'" + names.get(i).text() + "' has no addresses"
                                + (regions.isEmpty() ? "" : " in " + Reading.words(regions)),
                        regions.isEmpty() ? null : "leave out 'regions' to mean its addresses everywhere");
            }
        }
    }

    /**
     * Returns what the section {@code residency} says; null with the problem noted.
     *
     * @param enforced whether it is enforced even where the policy only watches
     */
    @Nullable
    Residency residency(Node node, boolean enforced) {
        Node.Mapping section = reading.mapping(
                node, "'residency'", List.of("regions", "unknownRegion", "serviceTags", "refresh"), List.of());
        if (section == null) {
            return null;
        }
        if (section.get("regions") == null) {
            problems.error(section, "'residency' does not say which regions", "write 'regions: [westeurope]'");
        }
        List<Node.Scalar> regions = reading.words(section.get("regions"), "'regions'");
        int unknown =
                reading.choice(section.get("unknownRegion"), "'unknownRegion'", List.of("alert", "deny", "allow"));
        Path file =
                section.get("serviceTags") == null ? ofGroups(section) : file(section, "serviceTags", "'residency'");
        if (file == null || problems.errors()) {
            return null;
        }
        List<String> allowed = new ArrayList<>(regions.size());
        for (int i = 0; i < regions.size(); i++) {
            allowed.add(regions.get(i).text().toLowerCase(Locale.ROOT));
        }
        try {
            Residency.Regions table = knownRegions(file);
            for (int i = 0; i < regions.size(); i++) {
                known(regions.get(i), "region", table.table().regions());
            }
            Residency.Bounds bounds = new Residency.Bounds(
                    List.copyOf(allowed),
                    unknown == 0
                            ? Residency.Unknown.ALERT
                            : unknown == 2 ? Residency.Unknown.ALLOW : Residency.Unknown.DENY,
                    enforced);
            return new Residency(List.of(bounds), file, millis(section, "refresh"), table);
        } catch (IOException e) {
            unreadable(section, file, e);
            return null;
        }
    }

    private Residency.Regions knownRegions(Path file) throws IOException {
        Residency before = previous == null ? null : previous.residency();
        return before != null
                        && before.file().equals(file)
                        && before.regions().stamp().same(FeedFiles.stamp(file))
                ? before.regions()
                : files.regions(file);
    }

    /** Returns the file that all groups of service tags name. */
    private @Nullable Path ofGroups(Node.Mapping section) {
        Path file = null;
        boolean one = true;
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).tags() != null) {
                one &= file == null || file.equals(sources.get(i).file());
                file = sources.get(i).file();
            }
        }
        if (file == null || !one) {
            problems.error(
                    section,
                    "'residency' does not say where the regions of addresses stand",
                    "write 'serviceTags: feeds/ServiceTags_Public.json'");
            return null;
        }
        return file;
    }

    private void known(Node.Scalar word, String what, Collection<String> names) {
        for (String name : names) {
            if (name.equalsIgnoreCase(word.text())) {
                return;
            }
        }
        String suggestion = Problems.suggest(word.text(), names);
        problems.error(
                word,
                "unknown " + what + " '" + word.text() + "'",
                suggestion != null || names.isEmpty()
                        ? suggestion
                        : "the file has " + names.size() + ", such as '"
                                + names.iterator().next() + "'");
    }

    private @Nullable Feed feed(FeedSource source, Node.Mapping place) {
        Feed known = known(source);
        if (known != null) {
            return kept(source, known);
        }
        try {
            Feed feed = new Feed(source, files.read(source), false).at(System.currentTimeMillis());
            sources.add(source);
            warn(feed, place);
            return feed;
        } catch (IOException e) {
            unreadable(place, source.file(), e);
            return null;
        }
    }

    private Feed kept(FeedSource source, Feed known) {
        sources.add(source);
        return new Feed(source, known.content(), false).at(System.currentTimeMillis());
    }

    /** Returns a feed of the engine in force that has read the same out of the same file, if the file has not changed. */
    private @Nullable Feed known(FeedSource source) {
        if (previous == null) {
            return null;
        }
        for (Feed feed : previous.feeds()) {
            if (feed.source().readsTheSame(source)) {
                try {
                    return feed.content().stamp().same(FeedFiles.stamp(source.file())) ? feed : null;
                } catch (IOException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private void warn(Feed feed, Node.Mapping place) {
        Feed.Content content = feed.content();
        String name = String.valueOf(feed.source().file().getFileName());
        for (int i = 0; i < content.faults().size() && i < MOST_TOLD; i++) {
            Feed.Fault fault = content.faults().get(i);
            problems.warning(name, fault.line(), fault.message());
        }
        if (content.faultCount() > MOST_TOLD) {
            problems.warning(place, content.faultCount() + " lines of " + name + " cannot be used", null);
        }
        if (content.entries() == 0) {
            problems.warning(place, "nothing is in " + feed.source().file(), null);
        }
        if (feed.stale()) {
            problems.warning(
                    place,
                    feed.source().file() + " is older than 'maxAge', so rules that allow do not rest on it",
                    "see what should renew it");
        }
    }

    private void unreadable(Node.Mapping place, Path file, IOException e) {
        Node at = place.get("file") != null ? place.get("file") : place.get("serviceTags");
        String written = at instanceof Node.Scalar word ? word.text() : file.toString();
        boolean missing = e instanceof NoSuchFileException;
        problems.error(
                at == null ? place : at,
                missing
                        ? "there is no file '" + written + "'"
                        : "'" + written + "' cannot be used: " + FeedFiles.reason(e),
                missing ? "a path that is not absolute begins at the policy's directory" : null);
    }

    private @Nullable Path file(Node.Mapping mapping, String what) {
        if (mapping.get("file") == null) {
            problems.error(mapping, what + " does not name its file", "write 'file: feeds/threat.txt'");
            return null;
        }
        return file(mapping, "file", what);
    }

    private @Nullable Path file(Node.Mapping mapping, String key, String what) {
        Node.Scalar word = reading.word(mapping.get(key), "'" + key + "' of " + what);
        if (word == null) {
            return null;
        }
        try {
            Path absolute = policy.toAbsolutePath();
            return Files.isDirectory(absolute)
                    ? absolute.resolve(word.text()).normalize()
                    : absolute.resolveSibling(word.text()).normalize();
        } catch (InvalidPathException e) {
            problems.error(word, "'" + word.text() + "' cannot be a file's name: " + e.getReason());
            return null;
        }
    }

    private long millis(Node.Mapping mapping, String key) {
        Node node = mapping.get(key);
        return node == null ? 0 : Durations.nanos(reading, node, "'" + key + "'", SHORTEST, LONGEST) / MILLI;
    }
}
