package dev.sallyport.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names below which anybody can have a name: those of registries ({@code com}, {@code co.uk}) and those of hosting
 * companies ({@code github.io}, {@code blob.core.windows.net}), from the Public Suffix List.
 */
final class PublicSuffixes {

    private final Set<String> registries = new HashSet<>();
    private final Set<String> hosting = new HashSet<>();

    private PublicSuffixes() {}

    /**
     * Reads the list that is part of the product.
     *
     * @throws IOException if this build has none
     */
    static PublicSuffixes read() throws IOException {
        PublicSuffixes suffixes = new PublicSuffixes();
        Set<String> section = suffixes.registries;
        try (InputStream in = PublicSuffixes.class.getResourceAsStream("public-suffixes.txt")) {
            if (in == null) {
                throw new IOException("the list of public suffixes is missing from this build");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("[hosting]")) {
                    section = suffixes.hosting;
                } else if (!line.startsWith("#") && !line.startsWith("[")) {
                    section.add(line);
                }
            }
        }
        return suffixes;
    }

    /** Returns whether a hosting company gives names directly below {@code name} to anybody. */
    boolean isHosting(String name) {
        return isOneOf(hosting, name);
    }

    /** Returns whether {@code name} belongs to a registry, and not to a hosting company. */
    boolean isOfRegistry(String name) {
        return name.indexOf('.') < 0 || isOneOf(registries, name);
    }

    /**
     * Returns a name, {@code name} itself or one below it, below which a hosting company gives names to anybody; null if
     * none is known.
     */
    @Nullable
    String hostingAtOrBelow(String name) {
        if (isOneOf(hosting, name)) {
            return name;
        }
        String end = '.' + name;
        String shortest = null;
        for (String suffix : hosting) {
            if (!suffix.startsWith("!")
                    && suffix.endsWith(end)
                    && (shortest == null
                            || suffix.length() < shortest.length()
                            || (suffix.length() == shortest.length() && suffix.compareTo(shortest) < 0))) {
                shortest = suffix;
            }
        }
        return shortest;
    }

    /** An entry {@code *.x} makes a suffix of every name directly below {@code x}, but for those written with {@code !}. */
    private static boolean isOneOf(Set<String> suffixes, String name) {
        if (suffixes.contains(name)) {
            return true;
        }
        int dot = name.indexOf('.');
        return dot > 0 && suffixes.contains("*" + name.substring(dot)) && !suffixes.contains('!' + name);
    }
}
