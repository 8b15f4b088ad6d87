package dev.sallyport.agent;

import dev.sallyport.policy.HostNames;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The machine's own name, which {@code InetAddress.getLocalHost} asks the name service for. */
final class MachineName {

    private static final String LINUX = "/proc/sys/kernel/hostname";

    private MachineName() {}

    /** Returns it in canonical form, without asking the network for it; null if it is not known. */
    static @Nullable String read() {
        String name = null;
        try (FileInputStream in = new FileInputStream(LINUX)) {
            name = new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            name = System.getenv("HOSTNAME");
        }
        return name == null || name.isEmpty() ? null : HostNames.asked(name);
    }
}
