package dev.sallyport.policy.load;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The JDK's SHA-256, for files that are large; it costs a cold JVM more than a small file is worth. */
final class Digests {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String hex(byte[] hash) {
        char[] text = new char[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            text[2 * i] = HEX[hash[i] >> 4 & 15];
            text[2 * i + 1] = HEX[hash[i] & 15];
        }
        return new String(text);
    }
}
