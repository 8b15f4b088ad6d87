package dev.sallyport.agent.control;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a file has changed, by its attributes. A watch service would not see what matters most where policies are
 * mounted: a directory of links that is swapped as a whole. For one thread.
 */
final class FileWatch {

    private final Path path;
    private final File file;
    private Seen inForce;
    private Seen last;
    private int quiet;

    /** What distinguishes one state of the file from another. */
    private record Seen(
            FileTime modified, long size, @Nullable Object key) {

        static final Seen MISSING = new Seen(FileTime.fromMillis(0), -1, null);

        /** A record's own equals is linked at its first call, which costs every start some milliseconds. */
        boolean same(Seen other) {
            return size == other.size && modified.equals(other.modified) && Objects.equals(key, other.key);
        }
    }

    /** Creates the watch of a file; what it is now counts as in force, so read it after this. */
    FileWatch(Path path) {
        this.path = path;
        this.file = path.toFile();
        this.inForce = seen();
        this.last = inForce;
    }

    /** Looks; returns whether the file is another than the one in force. */
    boolean look() {
        Seen now = seen();
        quiet = now.same(last) ? quiet + 1 : 0;
        last = now;
        return !now.same(inForce);
    }

    /** Returns for how many looks it has stood still. */
    int quiet() {
        return quiet;
    }

    /** Takes what was last seen as in force. */
    void taken() {
        inForce = last;
    }

    /** Asks first whether it is there, which a state file mostly is not: an exception for each look would cost more. */
    private Seen seen() {
        if (!file.exists()) {
            return Seen.MISSING;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Seen(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return Seen.MISSING;
        }
    }
}
