package dev.sallyport.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A JDK that child JVMs run on.
 *
 * @param feature its feature release, such as 25
 * @param home its home, null if there is none on this machine
 */
record Jdk(int feature, @Nullable Path home) {

    /** Returns one of its commands; skips the running test, with the reason, if this JDK is absent. */
    Path command(String name) {
        assumeTrue(
                home != null,
                "no JDK " + feature + " here: set JAVA" + feature + "_HOME or -Dsallyport.jdk" + feature + "=HOME");
        return home == null ? Path.of(name) : home.resolve("bin").resolve(name);
    }

    boolean hasVirtualThreads() {
        return feature >= 21;
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
