package dev.sallyport.agent.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Watches the policy's file by asking for its attributes every few milliseconds. A watch service would not see what
 * matters most where policies are mounted: a directory of links that is swapped as a whole.
 *
 * <p>A change is taken when the file has stood still for one more look, so that a half-written file is not.
 */
public final class PolicyWatch extends Thread {

    private static final long LOOK_MILLIS = 10;
    /** A file that does not load may still be being written; after so many quiet looks it is not. */
    private static final int QUIET_LOOKS = 20;

    /** Puts a changed file in force. */
    public interface Reload {

        /**
         * Loads the file.
         *
         * @param last whether a failure is to be told, since nothing more is being written
         * @return whether it loaded
         */
        boolean load(boolean last);
    }

    private final Path file;
    private final Reload reload;
    private Seen inForce;

    /** What distinguishes one state of the file from another. */
    private record Seen(
            FileTime modified, long size, @Nullable Object key) {

        static final Seen MISSING = new Seen(FileTime.fromMillis(0), -1, null);

        /** A record's own equals is linked at its first call, which costs every start some milliseconds. */
        boolean same(Seen other) {
            return size == other.size && modified.equals(other.modified) && Objects.equals(key, other.key);
        }
    }

    /** Creates the watch of a file; what it is now counts as in force, so load it after this. */
    public PolicyWatch(Path file, Reload reload) {
        super(null, null, "sallyport-policy", 0, false);
        this.file = file;
        this.reload = reload;
        this.inForce = look();
        setDaemon(true);
        setContextClassLoader(PolicyWatch.class.getClassLoader());
    }

    @Override
    public void run() {
        Seen previous = inForce;
        int quiet = 0;
        while (true) {
            try {
                sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                // Any code of the JVM can do that to any thread; the policy is watched all the same.
                continue;
            }
            Seen now = look();
            quiet = now.same(previous) ? quiet + 1 : 0;
            previous = now;
            if (now.same(inForce)) {
                continue;
            }
            if (quiet == 1 || quiet == QUIET_LOOKS) {
                boolean last = quiet == QUIET_LOOKS;
                if (reload.load(last) || last) {
                    inForce = now;
                }
            }
        }
    }

    private Seen look() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Seen(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return Seen.MISSING;
        }
    }
}
