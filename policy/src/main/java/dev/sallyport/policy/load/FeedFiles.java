package dev.sallyport.policy.load;

import dev.sallyport.policy.match.AddressRanges;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.NameTable;
import dev.sallyport.policy.match.Prefix;
import dev.sallyport.policy.match.RegionTable;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.ServiceTags;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files that groups and residency rest on. One that several of them name is read once, if it is asked for in turn.
 * Never on an application's thread; for one thread.
 */
public final class FeedFiles {

    private @Nullable Path file;
    private Feed.@Nullable Stamp stamp;
    private ServiceTagReader.@Nullable Read tags;

    /** The largest file that is read, in bytes. */
    public static final long MOST_BYTES = 512L << 20;

    /**
     * Returns by what a file is told from a changed one.
     *
     * @throws IOException if there is no such file, or if it is not one that can be read to its end
     */
    public static Feed.Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(attributes.isDirectory() ? "it is a directory" : "it is not a plain file");
        }
        if (attributes.size() > MOST_BYTES) {
            throw new IOException("it is larger than " + (MOST_BYTES >> 20) + " MiB");
        }
        return new Feed.Stamp(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
    }

    /** Returns what went wrong, in words: an exception of the file system often has the file's name as its message. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof AccessDeniedException ? "it may not be read" : String.valueOf(e.getMessage());
    }

    /**
     * Reads what belongs to a group.
     *
     * @throws IOException if the file cannot be read, or is something else
     */
    public Feed.Content read(FeedSource source) throws IOException {
        return read(source, null);
    }

    /**
     * Reads what belongs to a group, again.
     *
     * @param before what was read before, which holds still if the publication has the same number; null if nothing was
     * @throws IOException if the file cannot be read, or is something else
     */
    public Feed.Content read(FeedSource source, Feed.@Nullable Content before) throws IOException {
        Feed.Stamp now = stamp(source.file());
        List<String> names = source.tags();
        if (names == null) {
            return FeedReader.read(source.file(), now);
        }
        if (before != null && isUnchanged(source.file(), before.changeNumber())) {
            return before.with(now);
        }
        ServiceTagReader.Read read = serviceTags(source.file(), now);
        AddressRanges ranges = new AddressRanges();
        for (int i = 0; i < names.size(); i++) {
            List<Prefix> prefixes = read.tags().pick(names.get(i), source.regions());
            for (int p = 0; p < prefixes.size(); p++) {
                ranges.add(prefixes.get(p), 0);
            }
        }
        int entries = ranges.size();
        return new Feed.Content(
                NameTable.EMPTY,
                ranges.table(),
                entries,
                read.digest(),
                now,
                read.tags().changeNumber(),
                List.of(),
                0);
    }

    /** Reads in which region addresses are. */
    public Residency.Regions regions(Path from) throws IOException {
        return regions(from, null);
    }

    /**
     * Reads in which region addresses are, again.
     *
     * @param before what was read before, which holds still if the publication has the same number; null if nothing was
     */
    public Residency.Regions regions(Path from, Residency.@Nullable Regions before) throws IOException {
        Feed.Stamp now = stamp(from);
        if (before != null && isUnchanged(from, before.changeNumber())) {
            return new Residency.Regions(before.table(), before.changeNumber(), before.digest(), now);
        }
        ServiceTagReader.Read read = serviceTags(from, now);
        RegionTable table = read.tags().regionTable();
        return new Residency.Regions(table, read.tags().changeNumber(), read.digest(), now);
    }

    private static boolean isUnchanged(Path file, long changeNumber) throws IOException {
        return changeNumber >= 0 && ServiceTagReader.changeNumber(file) == changeNumber;
    }

    /** Returns the service tags of a file. */
    ServiceTags serviceTags(Path from) throws IOException {
        return serviceTags(from, stamp(from)).tags();
    }

    private ServiceTagReader.Read serviceTags(Path from, Feed.Stamp now) throws IOException {
        ServiceTagReader.Read known = tags;
        if (known != null && from.equals(file) && stamp != null && stamp.same(now)) {
            return known;
        }
        ServiceTagReader.Read read = ServiceTagReader.read(from);
        file = from;
        stamp = now;
        tags = read;
        return read;
    }
}
