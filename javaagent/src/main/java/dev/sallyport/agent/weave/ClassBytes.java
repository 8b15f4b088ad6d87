package dev.sallyport.agent.weave;

import java.util.Arrays;

/** Bytes that are written one after the other, big-endian as in a class file. For one thread. */
final class ClassBytes {

    private byte[] bytes;
    private int size;

    ClassBytes(int capacity) {
        this.bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    ClassBytes u1(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    ClassBytes u2(int value) {
        room(2);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    ClassBytes u4(int value) {
        return u2(value >>> 16).u2(value);
    }

    ClassBytes put(byte[] from, int at, int length) {
        room(length);
        System.arraycopy(from, at, bytes, size, length);
        size += length;
        return this;
    }

    ClassBytes put(ClassBytes other) {
        return put(other.bytes, 0, other.size);
    }

    /** Writes over four bytes that were written before. */
    void setU4(int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    /** Writes over two bytes that were written before. */
    void setU2(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    static int u1(byte[] from, int at) {
        return from[at] & 0xff;
    }

    static int u2(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | from[at + 1] & 0xff;
    }

    static int s4(byte[] from, int at) {
        return u2(from, at) << 16 | u2(from, at + 2);
    }
}
