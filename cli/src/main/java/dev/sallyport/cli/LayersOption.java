package dev.sallyport.cli;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.load.Overrides;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The rules of an organisation that a policy stands between, called as the agent's options are. */
final class LayersOption {

    @Option(
            names = "--before",
            paramLabel = "FILE",
            description = "Rules of an organisation that go before the policy's: the agent's option 'before'.")
    private @Nullable Path before;

    @Option(
            names = "--after",
            paramLabel = "FILE",
            description = "Rules of an organisation that go after the policy's: the agent's option 'after'.")
    private @Nullable Path after;

    /**
     * Returns with what a policy is loaded.
     *
     * @param mode the mode in place of the policy's own, null for that
     */
    Overrides overrides(@Nullable Mode mode) {
        return new Overrides(mode, null, before, after, null);
    }

    /** Returns the files that are given. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(2);
        if (before != null) {
            files.add(before);
        }
        if (after != null) {
            files.add(after);
        }
        return files;
    }
}
