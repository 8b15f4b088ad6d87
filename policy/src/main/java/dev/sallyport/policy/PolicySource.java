package dev.sallyport.policy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file that a policy was read from, and the digest of what was in it. Safe on any thread. */
public final class PolicySource {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final Path file;
    private byte @Nullable [] content;
    private @Nullable String digest;

    /** Creates the source of {@code content}, which nobody may change any more, as read from {@code file}. */
    public PolicySource(Path file, byte[] content) {
        this.file = file;
        this.content = content;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /**
     * Returns the SHA-256 of the file's bytes as they were read, in lower-case hex. The first call computes it, which takes
     * a cold JVM a millisecond for a small policy: best on a thread that nobody waits for.
     */
    public synchronized String digest() {
        String known = digest;
        byte[] bytes = content;
        if (known == null) {
            known = sha256(bytes == null ? new byte[0] : bytes);
            digest = known;
            content = null;
        }
        return known;
    }

    private static String sha256(byte[] bytes) {
        byte[] hash = Sha256.of(bytes);
        char[] text = new char[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            text[2 * i] = HEX[hash[i] >> 4 & 15];
            text[2 * i + 1] = HEX[hash[i] & 15];
        }
        return new String(text);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
