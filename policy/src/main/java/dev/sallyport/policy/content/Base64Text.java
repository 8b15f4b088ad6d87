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
