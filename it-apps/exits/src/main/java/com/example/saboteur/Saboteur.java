package com.example.saboteur;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.ByteBuffer;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * An agent that stands before another one on the command line and spoils one class of the JDK for it. Its argument is
 * {@code rename=CLASS.METHOD}: the class no longer has a method of that name; {@code load=CLASS.METHOD}: the same, and the
 * class is loaded at once; or {@code corrupt=CLASS}: the class carries an annotation that the JVM does not look at and that
 * makes a class file library fail.
 */
public final class Saboteur {

    private Saboteur() {}

    public static void premain(String argument, Instrumentation instrumentation) throws ClassNotFoundException {
        int equals = argument.indexOf('=');
        String target = argument.substring(equals + 1);
        int dot = target.indexOf('.');
        ClassFileTransformer spoiler = switch (argument.substring(0, equals)) {
            case "rename", "load" -> new Spoiler(target.substring(0, dot), target.substring(dot + 1));
            case "corrupt" -> new Spoiler(target, null);
            default -> throw new IllegalArgumentException(argument);
        };
        instrumentation.addTransformer(spoiler, false);
        if (argument.startsWith("load=")) {
            Class.forName(target.substring(0, dot).replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
        }
    }

    private record Spoiler(String target, @Nullable String method) implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (!target.equals(name)) {
                return null;
            }
            return method == null ? corrupt(bytes) : rename(bytes.clone(), method);
        }
    }

    /** Changes the last letter of a name wherever the class file uses it. */
    private static byte[] rename(byte[] classFile, String method) {
        ByteBuffer in = ByteBuffer.wrap(classFile);
        in.position(8);
        int constants = in.getShort() & 0xffff;
        for (int i = 1; i < constants; i++) {
            int start = in.position();
            int tag = skipConstant(in);
            if (tag == 1 && new String(classFile, start + 3, in.position() - start - 3, UTF_8).equals(method)) {
                classFile[in.position() - 1] = 'X';
            }
            i += tag == 5 || tag == 6 ? 1 : 0;
        }
        return classFile;
    }

    /**
     * Adds to the code of each method type annotations of no known kind, which the JVM does not look at, and which nobody
     * can move who changes the code.
     */
    private static byte[] corrupt(byte[] classFile) {
        ByteBuffer in = ByteBuffer.wrap(classFile);
        in.position(8);
        int constants = in.getShort() & 0xffff;
        for (int i = 1; i < constants; i++) {
            int tag = skipConstant(in);
            i += tag == 5 || tag == 6 ? 1 : 0;
        }
        int endOfConstants = in.position();
        in.position(endOfConstants + 6);
        in.position(in.position() + 2 + 2 * (in.getShort(in.position()) & 0xffff));
        skipMembers(in);
        int methods = in.position();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(classFile, 0, 8);
            out.writeShort(constants + 1);
            out.write(classFile, 10, endOfConstants - 10);
            out.writeByte(1);
            out.writeUTF("RuntimeInvisibleTypeAnnotations");
            out.write(classFile, endOfConstants, methods - endOfConstants);
            int count = in.getShort() & 0xffff;
            out.writeShort(count);
            for (int i = 0; i < count; i++) {
                corruptMethod(in, out, constants);
            }
            out.write(classFile, in.position(), classFile.length - in.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void corruptMethod(ByteBuffer in, DataOutputStream out, int annotations) throws IOException {
        out.write(in.array(), in.position(), 8);
        in.position(in.position() + 6);
        int attributes = in.getShort() & 0xffff;
        for (int k = 0; k < attributes; k++) {
            int start = in.position();
            int length = in.getInt(start + 2);
            in.position(start + 6 + length);
            if (!isCode(in, in.getShort(start) & 0xffff)) {
                out.write(in.array(), start, 6 + length);
                continue;
            }
            int inCode = start + 14 + in.getInt(start + 10);
            int ofCode = inCode + 2 + 8 * (in.getShort(inCode) & 0xffff);
            out.writeShort(in.getShort(start));
            out.writeInt(length + 9);
            out.write(in.array(), start + 6, ofCode - start - 6);
            out.writeShort(in.getShort(ofCode) + 1);
            out.write(in.array(), ofCode + 2, start + 6 + length - ofCode - 2);
            out.writeShort(annotations);
            out.writeInt(3);
            out.writeShort(1);
            out.writeByte(0xee);
        }
    }

    private static boolean isCode(ByteBuffer in, int constant) {
        ByteBuffer constants = in.duplicate();
        constants.position(10);
        for (int i = 1; i < constant; i++) {
            int tag = skipConstant(constants);
            i += tag == 5 || tag == 6 ? 1 : 0;
        }
        int at = constants.position();
        return constants.getShort(at + 1) == 4 && new String(in.array(), at + 3, 4, UTF_8).equals("Code");
    }

    private static void skipMembers(ByteBuffer in) {
        int members = in.getShort() & 0xffff;
        for (int i = 0; i < members; i++) {
            in.position(in.position() + 6);
            int attributes = in.getShort() & 0xffff;
            for (int k = 0; k < attributes; k++) {
                in.position(in.position() + 2);
                int length = in.getInt();
                in.position(in.position() + length);
            }
        }
    }

    /** Goes past one entry of the constant pool and returns its tag. */
    private static int skipConstant(ByteBuffer in) {
        int tag = in.get();
        int length = switch (tag) {
            case 1 -> in.getShort() & 0xffff;
            case 5, 6 -> 8;
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            default -> 4;
        };
        in.position(in.position() + length);
        return tag;
    }
}
