package dev.sallyport.agent.exit;

import java.io.IOException;
import java.nio.file.Path;

/** The path by which the system will reach a file: what rules are compared with. */
final class SystemPath {

    private SystemPath() {}

    /**
     * Returns {@code path} in absolute form without detours. Where it goes up, links are followed as the system will follow
     * them: {@code /a/link/..} is the parent of what {@code link} leads to, and seldom {@code /a}. Other links are left, so
     * that rules can name files as people do.
     */
    static String of(Path path) {
        Path absolute = path.toAbsolutePath();
        for (int i = 0; i < absolute.getNameCount(); i++) {
            if (absolute.getName(i).toString().equals("..")) {
                try {
                    return absolute.toRealPath().toString();
                } catch (IOException e) {
                    // There is no such file, so the call will fail whatever is decided.
                    return absolute.normalize().toString();
                }
            }
        }
        return absolute.normalize().toString();
    }
}
