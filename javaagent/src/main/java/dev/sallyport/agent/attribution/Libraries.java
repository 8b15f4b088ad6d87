package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Says which library a class belongs to: by the Maven coordinates in its jar ({@code META-INF/maven/.../pom.properties}),
 * else by the jar's manifest, else by the jar's name. A jar is read once, a class looked up once.
 *
 * <p>A class is of the jar that its code source names only if that jar has it. Whoever defines a class may give it any code
 * source, and with a private lookup any package; what a jar does not hold is of no library, and so are hidden classes, but for
 * lambdas, which are of the class that has them.
 */
final class Libraries {

    /** How many sources are remembered: a program may make up as many as it likes. */
    private static final int MOST_SOURCES = 4_096;

    private static final Map<String, Coordinates> BY_SOURCE = new ConcurrentHashMap<>();

    private static final ClassValue<Library> BY_CLASS = new ClassValue<>() {
        @Override
        protected Library computeValue(Class<?> type) {
            Coordinates coordinates = coordinatesOf(type);
            return new Library(coordinates.group, coordinates.artifact, coordinates.version, type.getPackageName());
        }
    };

    /** What a jar says of itself. */
    private record Coordinates(
            @Nullable String group,
            String artifact,
            @Nullable String version) {

        static final Coordinates UNKNOWN = new Coordinates(null, "?", null);
    }

    private Libraries() {}

    /** Returns the library of a class; safe on any thread, reads a file the first time a jar is seen. */
    static Library of(Class<?> type) {
        return BY_CLASS.get(type);
    }

    private static Coordinates coordinatesOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null) {
            return Coordinates.UNKNOWN;
        }
        String name = type.getName();
        int lambda = name.indexOf("$$Lambda");
        if (type.isHidden() && lambda < 0) {
            return Coordinates.UNKNOWN;
        }
        if (!holds(location, lambda < 0 ? name : name.substring(0, lambda))) {
            return Coordinates.UNKNOWN;
        }
        String key = location.toString();
        Coordinates known = BY_SOURCE.get(key);
        if (known == null) {
            known = read(location);
            if (BY_SOURCE.size() < MOST_SOURCES) {
                BY_SOURCE.put(key, known);
            }
        }
        return known;
    }

    /** Whether a jar or directory has the class; of other places, which only a file system could tell, nothing is read. */
    private static boolean holds(URL location, String className) {
        if (!location.getProtocol().equals("file")) {
            return true;
        }
        String entry = className.replace('.', '/').concat(".class");
        File file = new File(decode(location.getPath()));
        if (!file.isFile()) {
            return new File(file, entry).isFile();
        }
        try (JarFile jar = new JarFile(file, false, ZipFile.OPEN_READ, Runtime.version())) {
            return jar.getJarEntry(entry) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads files only: a code source on the network would make this a way out. */
    private static Coordinates read(URL location) {
        if (!location.getProtocol().equals("file")) {
            return new Coordinates(null, lastSegment(location.getPath()), null);
        }
        File file = new File(decode(location.getPath()));
        if (!file.isFile()) {
            return new Coordinates(null, file.getName(), null);
        }
        try (JarFile jar = new JarFile(file, false)) {
            Coordinates maven = mavenCoordinates(jar, file.getName());
            return maven != null ? maven : manifestCoordinates(jar.getManifest(), file.getName());
        } catch (IOException e) {
            return new Coordinates(null, file.getName(), null);
        }
    }

    /** A jar that was merged from several carries several coordinates: then only those that its name repeats count. */
    private static @Nullable Coordinates mavenCoordinates(JarFile jar, String jarName) throws IOException {
        Coordinates only = null;
        int count = 0;
        Enumeration<JarEntry> entries = jar.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            String name = entry.getName();
            if (!name.startsWith("META-INF/maven/") || !name.endsWith("/pom.properties")) {
                continue;
            }
            Properties properties = new Properties();
            try (InputStream in = jar.getInputStream(entry)) {
                properties.load(in);
            }
            String group = properties.getProperty("groupId");
            String artifact = properties.getProperty("artifactId");
            String version = properties.getProperty("version");
            if (group != null && artifact != null) {
                Coordinates found = new Coordinates(group, artifact, version);
                if (jarName.equals(artifact + ".jar") || jarName.startsWith(artifact + '-' + version)) {
                    return found;
                }
                only = found;
                count++;
            }
        }
        return count == 1 ? only : null;
    }

    private static Coordinates manifestCoordinates(@Nullable Manifest manifest, String jarName) {
        if (manifest == null) {
            return new Coordinates(null, jarName, null);
        }
        Attributes main = manifest.getMainAttributes();
        String version = first(main, "Implementation-Version", "Bundle-Version");
        String group = main.getValue("Implementation-Vendor-Id");
        String title = main.getValue("Implementation-Title");
        if (group != null && title != null && title.indexOf(' ') < 0) {
            return new Coordinates(group, title, version);
        }
        return new Coordinates(null, jarName, version);
    }

    private static @Nullable String first(Attributes attributes, String name, String otherwise) {
        String value = attributes.getValue(name);
        return value != null ? value : attributes.getValue(otherwise);
    }

    private static String lastSegment(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private static String decode(String path) {
        return path.indexOf('%') < 0
                ? path
                : java.net.URLDecoder.decode(path.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
    }
}
