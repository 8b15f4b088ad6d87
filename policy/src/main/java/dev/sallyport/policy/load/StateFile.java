package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Rule;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the small file in which an operator says what is to change at once. A line each, {@code #} begins a comment:
 *
 * <pre>
 * kill refund 2026-11-20T18:40:00Z ana: it refunds everybody
 * release refund 2026-11-20T19:10:00Z ana: the prompt is mended
 * mode refund-psp enforce
 * mode default monitor
 * drill 5f2c
 * drilled 2026-11-20
 * </pre>
 *
 * <p>The last line about an agent or a rule counts. What is wrong with a line is told, and the other lines count all the
 * same; a line that begins with {@code kill} stops somebody, whatever else is wrong with it.
 */
public final class StateFile {

    /** The largest file that is read, in bytes. */
    public static final int MOST_BYTES = 1 << 20;

    private static final long LOCK_MILLIS = 5_000;

    private final Problems problems;
    private final String file;
    private final boolean signed;
    private final Map<String, PolicyState.Kill> kills = new HashMap<>();
    private final Map<String, String> releases = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private @Nullable Mode defaultMode;
    private @Nullable String drill;
    private @Nullable String drilled;

    private StateFile(String file, boolean signed) {
        this.file = file;
        this.signed = signed;
        this.problems = new Problems(file);
    }

    /**
     * What a file says.
     *
     * @param state what counts
     * @param problems what does not, in the order of its place
     */
    public record Read(PolicyState state, List<Problem> problems) {}

    /**
     * Reads a file; one that is not there says nothing.
     *
     * @param policy what the state is about, to see whether it knows the rules and agents; null to leave that out
     * @param signed whether the policy must be signed: then its rules are not loosened by a file that is not
     * @throws IOException if it is there and cannot be read, or is larger than {@link #MOST_BYTES}
     */
    public static Read read(File file, @Nullable LoadedPolicy policy, boolean signed) throws IOException {
        if (!file.exists()) {
            return new Read(PolicyState.NONE, List.of());
        }
        byte[] content;
        try (FileInputStream in = new FileInputStream(file)) {
            content = in.readNBytes(MOST_BYTES + 1);
        }
        if (content.length > MOST_BYTES) {
            throw new IOException("it is larger than " + MOST_BYTES + " bytes");
        }
        return parse(file.getName(), new String(content, StandardCharsets.UTF_8), policy, signed);
    }

    /** Reads the text of a file. */
    public static Read parse(String file, String text, @Nullable LoadedPolicy policy, boolean signed) {
        StateFile state = new StateFile(file, signed);
        int line = 0;
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end;
            state.line(++line, text.substring(from, to));
            from = to + 1;
        }
        if (policy != null) {
            state.check(policy);
        }
        return new Read(
                new PolicyState(
                        Map.copyOf(state.kills),
                        Map.copyOf(state.modes),
                        state.defaultMode,
                        Map.copyOf(state.releases),
                        state.drill,
                        state.drilled),
                state.problems.sorted());
    }

    private void line(int number, String text) {
        List<String> words = words(text);
        if (words.isEmpty() || words.get(0).startsWith("#")) {
            return;
        }
        switch (words.get(0)) {
            case "kill" -> kill(number, words, text);
            case "release" -> {
                if (words.size() < 2) {
                    problems.error(
                            number, 1, "nobody is named whom to release", "write 'release all' or 'release AGENT'");
                } else {
                    kills.remove(words.get(1));
                    releases.put(words.get(1), rest(text, words, 2));
                }
            }
            case "mode" -> mode(number, words);
            case "drill" -> drill = words.size() < 2 ? Integer.toString(number) : words.get(1);
            case "drilled" -> drilled = words.size() < 2 ? null : words.get(1);
            default ->
                problems.error(
                        number,
                        1,
                        "'" + words.get(0) + "' is not known here",
                        Problems.suggest(words.get(0), List.of("kill", "release", "mode", "drill", "drilled")));
        }
    }

    private void kill(int number, List<String> words, String text) {
        String whom = PolicyState.ALL;
        if (words.size() < 2) {
            problems.error(
                    number, 1, "nobody is named whom to stop, so everything is", "write 'kill all' or 'kill AGENT'");
        } else {
            whom = words.get(1);
        }
        kills.put(whom, new PolicyState.Kill(rest(text, words, 2), file + ":" + number));
        lines.put("kill " + whom, number);
    }

    private void mode(int number, List<String> words) {
        Mode mode = words.size() != 3
                ? null
                : words.get(2).equals("enforce") ? Mode.ENFORCE : words.get(2).equals("monitor") ? Mode.MONITOR : null;
        if (mode == null) {
            problems.error(
                    number,
                    1,
                    "a mode is not clear",
                    "write 'mode RULE enforce', 'mode RULE monitor' or 'mode default ...'");
        } else if (signed && mode == Mode.MONITOR) {
            problems.error(
                    number,
                    1,
                    "a signed policy is not loosened here",
                    "sign one in which the rule says 'mode: monitor'");
        } else if (words.get(1).equals("default")) {
            defaultMode = mode;
        } else {
            modes.put(words.get(1), mode);
            lines.put("mode " + words.get(1), number);
        }
    }

    private void check(LoadedPolicy policy) {
        List<String> rules = new ArrayList<>();
        List<String> known = new ArrayList<>();
        if (!modes.isEmpty()) {
            for (Rule rule : policy.rules()) {
                rules.add(rule.id());
                if (modes.containsKey(rule.id())) {
                    known.add(rule.id());
                }
            }
        }
        for (String rule : List.copyOf(modes.keySet())) {
            int line = lines.getOrDefault("mode " + rule, 0);
            if (rule.indexOf(':') >= 0) {
                modes.remove(rule);
                problems.error(
                        line, 1, "rule '" + rule + "' is not the policy's own", "its mode is changed in its own file");
            } else if (!known.contains(rule)) {
                problems.error(line, 1, "the policy has no rule '" + rule + "'", Problems.suggest(rule, rules));
            }
        }
        Policy its = policy.policy();
        List<String> agents = new ArrayList<>(its.agents().keySet());
        agents.add(its.unattributed());
        agents.add(PolicyState.ALL);
        for (String agent : kills.keySet()) {
            if (!agents.contains(agent) && !agent.equals(PolicyEngine.OWN_AGENT)) {
                problems.error(
                        lines.getOrDefault("kill " + agent, 0),
                        1,
                        "the policy has no agent '" + agent + "'",
                        Problems.suggest(agent, agents));
            }
        }
    }

    private static String rest(String text, List<String> words, int from) {
        int at = 0;
        for (int i = 0; i < Math.min(from, words.size()); i++) {
            at = text.indexOf(words.get(i), at) + words.get(i).length();
        }
        return text.substring(at).trim();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>(4);
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean space = i == text.length() || text.charAt(i) <= ' ';
            if (space && start >= 0) {
                words.add(text.substring(start, i));
                start = -1;
            } else if (!space && start < 0) {
                start = i;
            }
        }
        return words;
    }

    /**
     * Returns the text of a file to which a line is added in place of all about the same.
     *
     * @param text what the file holds, empty if it is new
     * @param line such as {@code kill refund ana: why}; a {@code release} takes the place of a {@code kill}, and the reverse
     */
    public static String with(String text, String line) {
        String about = about(words(line));
        StringBuilder changed = new StringBuilder();
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end;
            String old = text.substring(from, to);
            if (!about(words(old)).equals(about)) {
                changed.append(old).append('\n');
            }
            from = to + 1;
        }
        return changed.append(line).append('\n').toString();
    }

    /**
     * Changes a file as {@link #with} says, at once for whoever reads it, and one after the other for whoever changes it.
     *
     * @throws IOException if it cannot be written, or somebody else is changing it and does not end
     */
    public static void change(Path file, String... lines) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        Path lock = directory.resolve(file.getFileName() + ".lock");
        lock(lock);
        Path whole = directory.resolve(file.getFileName() + ".new");
        try {
            String text = Files.exists(file)
                    ? Files.readString(file)
                    : "# What operators have changed; the commands kill, release, promote, demote and drill write here.\n";
            for (String line : lines) {
                text = with(text, line);
            }
            Files.writeString(whole, text);
            Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
            Files.deleteIfExists(lock);
        }
    }

    /** Whoever holds a lock for longer has died with it. */
    private static void lock(Path lock) throws IOException {
        long end = System.nanoTime() + LOCK_MILLIS * 1_000_000;
        while (true) {
            try {
                Files.createFile(lock);
                return;
            } catch (FileAlreadyExistsException e) {
                long since = lock.toFile().lastModified();
                if (since != 0 && System.currentTimeMillis() - since > LOCK_MILLIS) {
                    Files.deleteIfExists(lock);
                } else if (System.nanoTime() > end) {
                    throw new IOException("somebody else is changing it: " + lock + " is there", e);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Returns what a line is about: one about the same replaces it. Empty for comments and what is not known. */
    private static String about(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        String second = words.size() < 2 ? PolicyState.ALL : words.get(1);
        return switch (first) {
            case "kill", "release" -> "kill " + second;
            case "mode" -> "mode " + second;
            case "drill", "drilled" -> first;
            default -> "";
        };
    }
}
