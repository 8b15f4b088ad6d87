package dev.sallyport.agent.weave;

import dev.sallyport.gate.Wire;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the few methods of the JDK in which the bytes of connections pass, while a policy limits them; then they are as they
 * were again. For the thread that puts policies in force.
 *
 * <p>Every socket and channel of the JDK that is connected, blocking or not, stream or datagram, reads and writes through its
 * dispatcher; files are sent by {@code FileChannelImpl}, and datagrams to others than the one that a socket is connected to by
 * {@code DatagramChannelImpl}.
 */
public final class WireWeave implements ClassFileTransformer {

    private static final String WIRE = "dev/sallyport/gate/Wire";
    private static final String FILE_DESCRIPTOR = "Ljava/io/FileDescriptor;";
    private static final String DISPATCHED = "(" + FILE_DESCRIPTOR + "JI)";
    private static final String DATAGRAM =
            "(" + FILE_DESCRIPTOR + "Ljava/nio/ByteBuffer;Ljava/net/InetSocketAddress;)I";
    private static final String TRANSFER = "transferTo";
    private static final int UNWOVEN = -1;

    private static final String[] CLASSES = {
        "sun/nio/ch/SocketDispatcher",
        "sun/nio/ch/DatagramDispatcher",
        "sun/nio/ch/FileChannelImpl",
        "sun/nio/ch/DatagramChannelImpl"
    };
    private static final int[] METHODS = {4, 4, 1, 1};

    private final int[] met = new int[CLASSES.length];
    private boolean standing;

    /** Weaves the methods, or gives them back as they were. */
    public void stand(boolean wanted, Instrumentation instrumentation) {
        if (wanted == standing) {
            return;
        }
        if (wanted) {
            instrumentation.addTransformer(this, true);
        } else {
            instrumentation.removeTransformer(this);
        }
        try {
            Class<?>[] types = new Class<?>[CLASSES.length];
            for (int i = 0; i < CLASSES.length; i++) {
                types[i] = Class.forName(CLASSES[i].replace('/', '.'), false, null);
            }
            instrumentation.retransformClasses(types);
        } catch (ClassNotFoundException | UnmodifiableClassException | LinkageError e) {
            throw new IllegalStateException("bytes cannot be counted: " + e, e);
        }
        for (int i = 0; wanted && i < CLASSES.length; i++) {
            if (met(i) < METHODS[i]) {
                throw new IllegalStateException(
                        "bytes cannot be counted: a method is missing in " + CLASSES[i].replace('/', '.'));
            }
        }
        standing = wanted;
    }

    private synchronized int met(int index) {
        return met[index];
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        if (loader != null || name == null || !name.startsWith("sun/nio/ch/")) {
            return null;
        }
        for (int i = 0; i < CLASSES.length; i++) {
            if (CLASSES[i].equals(name)) {
                ClassReader reader = new ClassReader(classFile);
                ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
                WireVisitor visitor = new WireVisitor(writer, i);
                reader.accept(visitor, 0);
                synchronized (this) {
                    met[i] = visitor.found.size();
                }
                return writer.toByteArray();
            }
        }
        return null;
    }

    /** Returns which way bytes take through a method. */
    private static int way(int type, String name, String descriptor) {
        if (type <= 1 && descriptor.startsWith(DISPATCHED)) {
            return switch (name) {
                case "write" -> Wire.WRITE;
                case "writev" -> Wire.GATHER;
                case "read", "readv" -> Wire.READ;
                default -> UNWOVEN;
            };
        }
        // its name and its parameters before the last one differ from JDK to JDK
        if (type == 2
                && name.startsWith(TRANSFER)
                && descriptor.startsWith("(JI")
                && descriptor.endsWith(FILE_DESCRIPTOR + ")J")) {
            return Wire.SEND_FILE;
        }
        return type == 3 && name.equals("sendFromNativeBuffer") && descriptor.equals(DATAGRAM)
                ? Wire.DATAGRAM
                : UNWOVEN;
    }

    private static final class WireVisitor extends ClassVisitor {

        private final int type;
        private final List<String> found = new ArrayList<>();

        WireVisitor(ClassVisitor next, int type) {
            super(Opcodes.ASM9, next);
            this.type = type;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
            int way = (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_STATIC)) != 0
                    ? UNWOVEN
                    : way(type, name, descriptor);
            if (visitor == null || way == UNWOVEN) {
                return visitor;
            }
            found.add(name);
            return new Woven(visitor, way, descriptor);
        }
    }

    /** One instance method with the two calls. */
    private static final class Woven extends MethodVisitor {

        private static final int THIRD_SLOT = 3;
        private static final int FOURTH_SLOT = 4;

        private final int way;
        private final int end;

        Woven(MethodVisitor next, int way, String descriptor) {
            super(Opcodes.ASM9, next);
            this.way = way;
            this.end = way == Wire.SEND_FILE
                    ? (Type.getArgumentsAndReturnSizes(descriptor) >> 2) - 1
                    : way == Wire.DATAGRAM ? THIRD_SLOT : 1;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            super.visitIntInsn(Opcodes.BIPUSH, way);
            super.visitVarInsn(Opcodes.ALOAD, end);
            if (way == Wire.DATAGRAM) {
                super.visitVarInsn(Opcodes.ALOAD, 2);
            } else {
                super.visitInsn(Opcodes.ACONST_NULL);
            }
            if (way == Wire.GATHER) {
                super.visitVarInsn(Opcodes.LLOAD, 2);
            } else {
                super.visitInsn(Opcodes.LCONST_0);
            }
            if (way == Wire.DATAGRAM) {
                super.visitInsn(Opcodes.ICONST_0);
            } else {
                super.visitVarInsn(Opcodes.ILOAD, way == Wire.SEND_FILE ? THIRD_SLOT : FOURTH_SLOT);
            }
            wire("moving", "(ILjava/lang/Object;Ljava/lang/Object;JI)V");
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.IRETURN || opcode == Opcodes.LRETURN) {
                if (opcode == Opcodes.IRETURN) {
                    super.visitInsn(Opcodes.DUP);
                    super.visitInsn(Opcodes.I2L);
                } else {
                    super.visitInsn(Opcodes.DUP2);
                }
                super.visitIntInsn(Opcodes.BIPUSH, way);
                super.visitVarInsn(Opcodes.ALOAD, end);
                wire("moved", "(JILjava/lang/Object;)V");
            }
            super.visitInsn(opcode);
        }

        private void wire(String method, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, WIRE, method, descriptor, false);
        }
    }
}
