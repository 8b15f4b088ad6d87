package dev.sallyport.policy.match;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that says what belongs to a group, and how it is kept up to date. Compared by identity: the same group of a policy
 * that was loaded again has another.
 */
public final class FeedSource {

    private final String group;
    private final Path file;
    private final long refreshMillis;
    private final long maxAgeMillis;
    private final @Nullable List<String> tags;
    private final List<String> regions;

    private FeedSource(
            String group,
            Path file,
            long refreshMillis,
            long maxAgeMillis,
            @Nullable List<String> tags,
            List<String> regions) {
        this.group = group;
        this.file = file;
        this.refreshMillis = refreshMillis;
        this.maxAgeMillis = maxAgeMillis;
        this.tags = tags;
        this.regions = regions;
    }

    /**
     * Returns the source of a list.
     *
     * @param refreshMillis after how many milliseconds the file is read again although it looks unchanged; 0 for never
     * @param maxAgeMillis how old the file may become before rules that allow no longer rest on it; 0 for any age
     */
    public static FeedSource list(String group, Path file, long refreshMillis, long maxAgeMillis) {
        return new FeedSource(group, file, refreshMillis, maxAgeMillis, null, List.of());
    }

    /** Returns the source that picks {@code tags} out of a file of service tags, in {@code regions} or (empty) everywhere. */
    public static FeedSource serviceTags(
            String group, Path file, long refreshMillis, long maxAgeMillis, List<String> tags, List<String> regions) {
        return new FeedSource(group, file, refreshMillis, maxAgeMillis, tags, regions);
    }

    /** Returns the name of the group, or of the section, that it belongs to. */
    public String group() {
        return group;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /** Returns after how many milliseconds the file is read again although it looks unchanged; 0 for never. */
    public long refreshMillis() {
        return refreshMillis;
    }

    /** Returns how old the file may become, in milliseconds; 0 for any age. */
    public long maxAgeMillis() {
        return maxAgeMillis;
    }

    /** Returns the service tags that it picks; null if the file is a list. */
    public @Nullable List<String> tags() {
        return tags;
    }

    /** Returns the regions that it picks; empty for all. */
    public List<String> regions() {
        return regions;
    }

    /** Returns whether another source picks the same out of the same file. */
    public boolean readsTheSame(FeedSource other) {
        return file.equals(other.file) && Objects.equals(tags, other.tags) && regions.equals(other.regions);
    }

    @Override
    public String toString() {
        return group + " (" + file + ")";
    }
}
