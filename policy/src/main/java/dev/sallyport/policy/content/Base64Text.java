package dev.sallyport.policy.content;

/** Base64, in either alphabet. */
final class Base64Text {

    private static final byte[] VALUES = values();

    private Base64Text() {}

    private static byte[] values() {
        byte[] values = new byte[256];
        java.util.Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        values['+'] = 62;
        values['-'] = 62;
        values['/'] = 63;
        values['_'] = 63;
        return values;
    }

    /** Returns the six bits that a character stands for, -1 if it is none of the alphabet. */
    static int value(byte b) {
        return VALUES[b & 0xff];
    }

    /** Returns the end of the run of characters of the alphabet that begins at {@code from}. */
    static int run(byte[] text, int from, int end) {
        byte[] values = VALUES;
        int i = from;
        while (i + 4 <= end
                && (values[text[i] & 0xff]
                                | values[text[i + 1] & 0xff]
                                | values[text[i + 2] & 0xff]
                                | values[text[i + 3] & 0xff])
                        >= 0) {
            i += 4;
        }
        while (i < end && values[text[i] & 0xff] >= 0) {
            i++;
        }
        return i;
    }

    /**
     * Decodes whole groups of four characters of the alphabet, as many as there are.
     *
     * @param at where in {@code into} the first byte goes
     * @return how many bytes they came to: three for each group
     */
    static int decodeGroups(byte[] text, int from, int to, byte[] into, int at) {
        byte[] values = VALUES;
        int length = at;
        for (int i = from; i + 4 <= to; i += 4) {
            int group = values[text[i] & 0xff] << 18
                    | values[text[i + 1] & 0xff] << 12
                    | values[text[i + 2] & 0xff] << 6
                    | values[text[i + 3] & 0xff];
            into[length] = (byte) (group >> 16);
            into[length + 1] = (byte) (group >> 8);
            into[length + 2] = (byte) group;
            length += 3;
        }
        return length - at;
    }

    /** Decodes a run of characters of the alphabet; returns how many bytes it came to. */
    static int decode(byte[] text, int from, int to, byte[] into) {
        int bits = 0;
        int count = 0;
        int length = 0;
        for (int i = from; i < to; i++) {
            bits = bits << 6 | value(text[i]);
            count += 6;
            if (count >= 8 && length < into.length) {
                count -= 8;
                into[length++] = (byte) (bits >> count);
            }
        }
        return length;
    }
}
