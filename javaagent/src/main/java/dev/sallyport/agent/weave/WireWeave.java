package dev.sallyport.agent.weave;

import dev.sallyport.gate.Wire;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassVisitor;
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
public final class WireWeave extends DemandedWeave {

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

    /** Creates a weave that does not stand yet. */
    public WireWeave() {
        super("bytes cannot be counted");
    }

    /** Loads them, since a write that comes too early would not be counted. */
    @Override
    List<Class<?>> types(Instrumentation instrumentation) throws ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (String name : CLASSES) {
            types.add(Class.forName(name.replace('/', '.'), false, null));
        }
        return types;
    }

    @Override
    boolean targets(@Nullable ClassLoader loader, String name) {
        return loader == null && name.startsWith("sun/nio/ch/") && type(name) >= 0;
    }

    @Override
    byte[] weave(@Nullable ClassLoader loader, String name, @Nullable ProtectionDomain domain, byte[] classFile) {
        WireVisitor[] visitor = new WireVisitor[1];
        int type = type(name);
        byte[] woven = woven(classFile, next -> visitor[0] = new WireVisitor(next, type));
        synchronized (this) {
            met[type] = visitor[0].found.size();
        }
        return woven;
    }

    @Override
    synchronized @Nullable String missing(String name) {
        int type = type(name);
        return type >= 0 && met[type] < METHODS[type] ? "a method" : null;
    }

    private static int type(String name) {
        for (int i = 0; i < CLASSES.length; i++) {
            if (CLASSES[i].equals(name)) {
                return i;
            }
        }
        return -1;
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
