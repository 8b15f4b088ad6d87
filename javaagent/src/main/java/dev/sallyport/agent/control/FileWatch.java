package dev.sallyport.agent.control;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Tells whether files have changed, by their attributes, and directories by those of what is in them. A watch service would not
 * see what matters most where policies are mounted: a directory of links that is swapped as a whole. For one thread.
 */
final class FileWatch {

    private final List<Path> paths;
    private long inForce;
    private long last;
    private int quiet;

    /** Creates the watch of some files; what they are now counts as in force, so read them after this. */
    FileWatch(List<Path> paths) {
        this.paths = paths;
        this.inForce = seen();
        this.last = inForce;
    }

    /** Looks; returns whether one of the files is another than what is in force. */
    boolean look() {
        long now = seen();
        quiet = now == last ? quiet + 1 : 0;
        last = now;
        return now != inForce;
    }

    /** Returns for how many looks they have stood still. */
    int quiet() {
        return quiet;
    }

    /** Takes what was last seen as in force. */
    void taken() {
        inForce = last;
    }

    private long seen() {
        long seen = 0;
        for (int i = 0; i < paths.size(); i++) {
            seen = mix(seen + attributes(paths.get(i), true));
        }
        return seen;
    }

    /** Asks first whether it is there, which a state file mostly is not: an exception for each look would cost more. */
    private static long attributes(Path path, boolean whatIsInside) {
        File file = path.toFile();
        if (!file.exists()) {
            return 1;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            long seen = mix(
                    attributes.lastModifiedTime().to(NANOSECONDS) ^ (key == null ? 0 : (long) key.hashCode() << 32));
            seen = mix(seen + attributes.size());
            if (whatIsInside && attributes.isDirectory()) {
                File[] inside = file.listFiles();
                for (int i = 0; inside != null && i < inside.length; i++) {
                    // in whatever order they come
                    seen += mix(inside[i].getName().hashCode() + attributes(inside[i].toPath(), false));
                }
            }
            return seen;
        } catch (IOException e) {
            return 1;
        }
    }

    /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
        return y ^ (y >>> 31);
    }
}
