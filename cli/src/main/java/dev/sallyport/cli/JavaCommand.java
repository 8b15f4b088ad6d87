package dev.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a JVM is started, as far as its options go.
 *
 * @param feature the JDK's feature version
 * @param options the options of the JVM in the order in which it reads them, those of the environment first; of an option
 *     whose value is a word of its own, {@code --add-opens=...} with that value
 */
record JavaCommand(int feature, List<String> options) {

    /** Options of the launcher whose value is the next word. */
    private static final List<String> WITH_VALUE = List.of(
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--add-modules",
            "--enable-native-access",
            "--limit-modules",
            "--module-path",
            "-p",
            "--class-path",
            "-classpath",
            "-cp",
            "--upgrade-module-path",
            "--patch-module",
            "--source");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /**
     * Reads a command line.
     *
     * @param words the command: the program {@code java} first, or its options alone
     * @param environment the variables that it is started with
     * @param feature the JDK's feature version, null to find it out
     * @throws IOException if an argument file cannot be read
     */
    static JavaCommand read(List<String> words, Map<String, String> environment, @Nullable Integer feature)
            throws IOException {
        List<String> options = new ArrayList<>();
        addAll(options, words(environment.getOrDefault("JAVA_TOOL_OPTIONS", "")));
        addAll(options, words(environment.getOrDefault("JDK_JAVA_OPTIONS", "")));
        boolean program = !words.isEmpty() && isJava(words.get(0));
        addAll(options, program ? words.subList(1, words.size()) : words);
        int found = feature != null ? feature : program ? feature(Path.of(words.get(0))) : here();
        return new JavaCommand(found, List.copyOf(options));
    }

    private static boolean isJava(String word) {
        return word.equals("java") || word.endsWith("/java") || word.endsWith("java.exe");
    }

    private static void addAll(List<String> options, List<String> words) throws IOException {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("@") && word.length() > 1) {
                addAll(options, words(Files.readString(Path.of(word.substring(1)))));
            } else if (WITH_VALUE.contains(word) && i + 1 < words.size()) {
                options.add(word + '=' + words.get(++i));
            } else if (word.equals("-jar") || word.equals("-m") || word.equals("--module") || !word.startsWith("-")) {
                return;
            } else {
                options.add(word);
            }
        }
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text.replaceAll("(?m)^\\s*#.*$", ""));
        while (matcher.find()) {
            String quoted = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            words.add(quoted != null ? quoted : matcher.group(3));
        }
        return words;
    }

    /** A JDK says its version in a file beside its programs; where there is none, it is taken to be this one. */
    private static int feature(Path java) throws IOException {
        Path bin = java.toAbsolutePath().getParent();
        if (java.getParent() == null || bin == null || !Files.exists(java)) {
            return here();
        }
        Path release = java.toRealPath().resolveSibling("../release").normalize();
        if (!Files.isReadable(release)) {
            return here();
        }
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(release)) {
            properties.load(in);
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        return version.isEmpty() ? here() : Runtime.Version.parse(version).feature();
    }

    private static int here() {
        return Runtime.version().feature();
    }

    /** Returns whether {@code -XX:+name} is in force: of several, the last. */
    boolean isOn(String name, boolean otherwise) {
        boolean on = otherwise;
        for (String option : options) {
            if (option.equals("-XX:+" + name)) {
                on = true;
            } else if (option.equals("-XX:-" + name)) {
                on = false;
            }
        }
        return on;
    }

    /** Returns what follows a beginning in the last option that has it; null if none has. */
    @Nullable
    String last(String beginning) {
        String last = null;
        for (String option : options) {
            if (option.startsWith(beginning)) {
                last = option.substring(beginning.length());
            }
        }
        return last;
    }

    /** Returns the options that begin so. */
    List<String> all(String beginning) {
        List<String> found = new ArrayList<>();
        for (String option : options) {
            if (option.startsWith(beginning)) {
                found.add(option);
            }
        }
        return found;
    }
}
