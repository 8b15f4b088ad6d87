package dev.sallyport.agent.tool;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells from the constants of a class file, without parsing the rest, whether a class can be of interest. */
final class ConstantPool {

    private ConstantPool() {}

    /** Texts to look for, in ASCII. Immutable. */
    static final class Texts {

        private final byte[][] texts;

        /** Which lengths there are: most constants have none of them. */
        private final boolean[] lengths = new boolean[256];

        Texts(List<String> sought) {
            texts = new byte[sought.size()][];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = sought.get(i).getBytes(StandardCharsets.US_ASCII);
                lengths[texts[i].length & 0xff] = true;
            }
        }

        private boolean contain(byte[] classFile, int from, int length) {
            if (lengths[length & 0xff]) {
                for (byte[] text : texts) {
                    if (text.length == length && matches(classFile, from, text)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /**
     * Returns whether one of {@code texts} is among the constants, as the class's own name is; true too for a class file
     * that is not understood, so that it is looked at closely.
     */
    static boolean mentions(byte[] classFile, Texts texts) {
        int count = u2(classFile, 8);
        int at = 10;
        for (int i = 1; i < count; i++) {
            switch (classFile[at]) {
                case 1 -> { // Utf8
                    int length = u2(classFile, at + 1);
                    if (texts.contain(classFile, at + 3, length)) {
                        return true;
                    }
                    at += 3 + length;
                }
                case 3, 4, 9, 10, 11, 12, 17, 18 -> at += 5; // numbers, references, names with types, dynamic ones
                case 5, 6 -> { // long and double take two places
                    at += 9;
                    i++;
                }
                case 7, 8, 16, 19, 20 -> at += 3; // class, string, method type, module, package
                case 15 -> at += 4; // method handle
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(byte[] classFile, int from, byte[] text) {
        // Descriptors begin alike and end apart.
        for (int i = text.length - 1; i >= 0; i--) {
            if (classFile[from + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    private static int u2(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
