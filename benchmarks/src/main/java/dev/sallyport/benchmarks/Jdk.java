package dev.sallyport.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A JDK to measure on.
 *
 * @param home its directory
 * @param version what its {@code release} file says, such as {@code 25.0.1}
 */
record Jdk(Path home, String version) {

    /**
     * Returns the JDK in {@code home}.
     *
     * @throws IOException if there is none
     */
    static Jdk at(Path home) throws IOException {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        }
        String version = release.getProperty("JAVA_VERSION", "?").replace("\"", "");
        return new Jdk(home, version);
    }

    /** Returns the path of one of its commands. */
    String command(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** Returns the feature release, such as 25. */
    int feature() {
        int dot = version.indexOf('.');
        return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
    }
}
