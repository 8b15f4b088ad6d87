package dev.sallyport.policy.load;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a YAML file, as strictly as a policy, into nodes that know their place. */
public final class YamlFile {

    private YamlFile() {}

    /**
     * Returns the root of the only document in {@code file}; null with the problem noted if there is none.
     *
     * @throws IOException if the file cannot be read
     */
    public static @Nullable Node read(Path file, Problems problems) throws IOException {
        if (Files.size(file) > PolicyLoader.MOST_BYTES) {
            problems.error(0, 0, "the file is larger than " + (PolicyLoader.MOST_BYTES >> 20) + " MiB", null);
            return null;
        }
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), problems);
        } catch (CharacterCodingException e) {
            problems.error(0, 0, "the file is not UTF-8", null);
            return null;
        }
    }

    /** Returns the root of the only document in {@code text}, which may be JSON; null with the problem noted. */
    public static @Nullable Node parse(String text, Problems problems) {
        return YamlTree.read(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    }
}
