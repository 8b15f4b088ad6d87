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

    /** Adds a {@code RuntimeInvisibleAnnotations} attribute whose one annotation points nowhere. */
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
        skipMembers(in);
        int attributes = in.position();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(classFile, 0, 8);
            out.writeShort(constants + 1);
            out.write(classFile, 10, endOfConstants - 10);
            out.writeByte(1);
            out.writeUTF("RuntimeInvisibleAnnotations");
            out.write(classFile, endOfConstants, attributes - endOfConstants);
            out.writeShort((in.getShort(attributes) & 0xffff) + 1);
            out.write(classFile, attributes + 2, classFile.length - attributes - 2);
            out.writeShort(constants);
            out.writeInt(6);
            out.writeShort(1);
            out.writeShort(0xfff0);
            out.writeShort(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
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
