package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Policies for tests, as files. */
final class Policies {

    private static final String HEAD = """
            apiVersion: sallyport.dev/v1
            kind: Policy
            metadata: {name: it, version: "1"}
            defaults: {mode: enforce, unattributed: unattributed}
            """;

    /** Lets nothing out, native libraries and listening included. */
    static final String DENY_ALL = HEAD + """
                    egress:
                      - {id: no-native, via: [native], to: ["**"], action: deny}
                      - {id: no-listening, via: [listen], to: ["*"], action: deny}
                    """;

    /** Lets everything out. */
    static final String ALLOW_ALL = HEAD + """
                    egress:
                      - {id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}
                      - {id: all-paths, via: [unix, process, native, attach], to: ["**"], action: allow}
                    """;

    private Policies() {}

    /** Returns a policy in enforce mode with these sections. */
    static String with(String sections) {
        return HEAD + sections;
    }

    /** Writes a policy to {@code policy.yaml} in a directory, as an editor or a deployment would: all at once. */
    static Path write(Path directory, String text) {
        try {
            Path whole = Files.writeString(directory.resolve("policy.yaml.new"), text);
            return Files.move(
                    whole,
                    directory.resolve("policy.yaml"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
