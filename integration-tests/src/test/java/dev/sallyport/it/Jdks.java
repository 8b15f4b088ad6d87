package dev.sallyport.it;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The JDKs that every test runs on: 17, 25 and the one that runs the build. */
final class Jdks {

    private static final List<Jdk> ALL = find();

    private Jdks() {}

    /** Returns them, the absent ones included, so that their tests are seen to be skipped. */
    static List<Jdk> all() {
        return ALL;
    }

    /** Returns the JDK of a feature release, which may be absent. */
    static Jdk of(int feature) {
        for (Jdk jdk : ALL) {
            if (jdk.feature() == feature) {
                return jdk;
            }
        }
        return new Jdk(feature, null);
    }

    private static List<Jdk> find() {
        Set<Integer> features = new TreeSet<>(List.of(17, 25, Runtime.version().feature()));
        List<Jdk> jdks = new ArrayList<>();
        for (int feature : features) {
            jdks.add(new Jdk(feature, home(feature)));
        }
        return List.copyOf(jdks);
    }

    private static @Nullable Path home(int feature) {
        for (Path candidate : candidates(feature)) {
            if (feature(candidate) == feature && Files.isExecutable(candidate.resolve("bin/javac"))) {
                return candidate;
            }
        }
        return null;
    }

    private static List<Path> candidates(int feature) {
        List<Path> candidates = new ArrayList<>();
        add(candidates, System.getProperty("sallyport.jdk" + feature));
        candidates.add(Path.of(System.getProperty("java.home")));
        add(candidates, System.getenv("JAVA" + feature + "_HOME"));
        for (String machine : List.of("X64", "ARM64", "AARCH64")) {
            add(candidates, System.getenv("JAVA_HOME_" + feature + "_" + machine));
        }
        addEach(candidates, Path.of("/usr/lib/jvm"), "");
        addEach(candidates, Path.of(System.getProperty("user.home"), ".sdkman/candidates/java"), "");
        addEach(candidates, Path.of("/Library/Java/JavaVirtualMachines"), "Contents/Home");
        return candidates;
    }

    private static void add(List<Path> candidates, @Nullable String home) {
        if (home != null && !home.isBlank()) {
            candidates.add(Path.of(home));
        }
    }

    private static void addEach(List<Path> candidates, Path directory, String inside) {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> homes = Files.newDirectoryStream(directory)) {
                for (Path home : homes) {
                    candidates.add(home.resolve(inside));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static int feature(Path home) {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            return -1;
        }
        String version = release.getProperty("JAVA_VERSION", "\"-1\"").replace("\"", "");
        return Runtime.Version.parse(version).feature();
    }
}
