package dev.sallyport.cli;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads the policies that commands work with. */
final class PolicyFile {

    private PolicyFile() {}

    /**
     * Loads the policy in {@code file}.
     *
     * @throws IOException if it cannot be read or is not valid; the message holds every error with its place
     */
    static LoadedPolicy load(Path file) throws IOException {
        return load(file, Overrides.NONE);
    }

    static LoadedPolicy load(Path file, Overrides overrides) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("there is no file " + file);
        }
        try {
            return PolicyLoader.load(file, overrides);
        } catch (PolicyException e) {
            throw new IOException(file + " is not valid:\n" + e, e);
        }
    }
}
