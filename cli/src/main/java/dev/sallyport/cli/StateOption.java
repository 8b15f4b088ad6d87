package dev.sallyport.cli;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.load.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The state file to change: what operators say of a policy that is in force. */
final class StateOption {

    @Option(names = "--policy", paramLabel = "FILE", description = "The policy; its state stands in FILE.state.")
    private @Nullable Path policy;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "The state file, where the JVM was started with the option 'state'.")
    private @Nullable Path state;

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; left out, the user who runs the command.")
    private @Nullable String by;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; the journal keeps it.")
    private @Nullable String reason;

    /** Returns the state file. */
    Path file() throws IOException {
        if (state != null) {
            return state;
        }
        if (policy == null) {
            throw new IOException("say which policy with --policy FILE, or which state file with --state FILE");
        }
        if (!Files.exists(policy)) {
            throw new IOException("there is no file " + policy);
        }
        return Path.of(policy + ".state");
    }

    /** Returns the policy; null if only its state file was named, or it cannot be used just now. */
    @Nullable
    LoadedPolicy policy() {
        if (policy == null) {
            return null;
        }
        try {
            return PolicyLoader.load(policy, layers.overrides(null));
        } catch (PolicyException e) {
            return null;
        }
    }

    /** Returns what the file says now. */
    StateFile.Read read() throws IOException {
        return StateFile.read(file().toFile(), null, false);
    }

    /** Puts a line in the file, in place of those about the same. */
    void change(String... lines) throws IOException {
        StateFile.change(file(), lines);
    }

    /** Returns when, who and why, as a line of the file ends. */
    String signature() {
        String who = by == null ? System.getProperty("user.name", "somebody") : by;
        String text = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + who;
        return oneLine(reason == null ? text : text + ": " + reason);
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            line.append(Character.isISOControl(text.charAt(i)) ? ' ' : text.charAt(i));
        }
        return line.toString().trim();
    }
}
