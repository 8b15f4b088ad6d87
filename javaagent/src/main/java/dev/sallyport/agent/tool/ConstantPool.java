package dev.sallyport.agent.tool;

import java.nio.charset.StandardCharsets;

/** Tells from the constants of a class file, without parsing the rest, whether a class can be of interest. */
final class ConstantPool {

    private ConstantPool() {}

    /**
     * Returns whether one of {@code texts} is among the constants; true too for a class file that is not understood, so
     * that it is looked at closely.
     *
     * @param texts ASCII
     */
    static boolean mentions(byte[] classFile, byte[][] texts) {
        int count = u2(classFile, 8);
        int at = 10;
        for (int i = 1; i < count; i++) {
            switch (classFile[at]) {
                case 1 -> { // Utf8
                    int length = u2(classFile, at + 1);
                    for (byte[] text : texts) {
                        if (text.length == length && matches(classFile, at + 3, text)) {
                            return true;
                        }
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

    /** Returns a text as {@link #mentions} takes it. */
    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
