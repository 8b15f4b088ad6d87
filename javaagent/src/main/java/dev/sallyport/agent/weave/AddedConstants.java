package dev.sallyport.agent.weave;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The constants that a class file gets in addition to its own (JVMS 4.4): each is added once. For one thread. */
final class AddedConstants {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;

    private final ClassBytes bytes = new ClassBytes(512);
    private final List<String> keys = new ArrayList<>();
    private final int first;

    /**
     * Starts behind the constants that are there.
     *
     * @param first the number that the next constant has
     */
    AddedConstants(int first) {
        this.first = first;
    }

    /** Returns the number that would be next: what {@code constant_pool_count} says. */
    int count() {
        return first + keys.size();
    }

    ClassBytes bytes() {
        return bytes;
    }

    int classNamed(String name) {
        String key = "c" + name;
        int known = keys.indexOf(key);
        if (known >= 0) {
            return first + known;
        }
        int utf8 = utf8(name);
        bytes.u1(CLASS).u2(utf8);
        return added(key);
    }

    int method(String owner, String name, String descriptor) {
        return member(METHOD, classNamed(owner), name, descriptor);
    }

    /**
     * Returns the constant of a field.
     *
     * @param owner the constant of its class
     */
    int field(int owner, String name, String descriptor) {
        return member(FIELD, owner, name, descriptor);
    }

    private int member(int tag, int owner, String name, String descriptor) {
        String key = tag + "." + owner + "." + name + descriptor;
        int known = keys.indexOf(key);
        if (known >= 0) {
            return first + known;
        }
        int nameIndex = utf8(name);
        int descriptorIndex = utf8(descriptor);
        bytes.u1(NAME_AND_TYPE).u2(nameIndex).u2(descriptorIndex);
        int nameAndType = added("n" + key);
        bytes.u1(tag).u2(owner).u2(nameAndType);
        return added(key);
    }

    /** Names of classes and members of the JDK and of the gate are ASCII. */
    int utf8(String text) {
        String key = "u" + text;
        int known = keys.indexOf(key);
        if (known >= 0) {
            return first + known;
        }
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        bytes.u1(UTF8).u2(ascii.length).put(ascii, 0, ascii.length);
        return added(key);
    }

    private int added(String key) {
        keys.add(key);
        return first + keys.size() - 1;
    }
}
