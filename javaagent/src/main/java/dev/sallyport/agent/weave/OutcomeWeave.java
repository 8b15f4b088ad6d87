package dev.sallyport.agent.weave;

import dev.sallyport.gate.Wire;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the methods of the JDK that show how connects and requests end, while a policy has a circuit breaker; then they are
 * as they were again. For the thread that puts policies in force.
 */
public final class OutcomeWeave extends DemandedWeave {

    private static final String WIRE = "dev/sallyport/gate/Wire";
    private static final String OUTCOME = "(ILjava/lang/Object;ILjava/lang/Throwable;)V";
    private static final String DESCRIPTOR = "Ljava/io/FileDescriptor;";
    private static final String NET = "sun/nio/ch/Net";
    private static final String CHANNEL = "sun/nio/ch/SocketChannelImpl";
    private static final String HEADERS = "sun/net/www/MessageHeader";
    private static final String RESPONSE = "jdk/internal/net/http/Response";
    private static final int THIS = 0;

    /**
     * A method that shows an outcome.
     *
     * @param owner its class
     * @param name its name
     * @param descriptor the beginning of its descriptor
     * @param way which outcome it shows, one of {@link Wire}'s constants
     * @param end the slot of the object that tells which call it is
     */
    private record Site(String owner, String name, String descriptor, int way, int end) {

        boolean is(String aName, String aDescriptor) {
            return name.equals(aName) && aDescriptor.startsWith(descriptor);
        }
    }

    private static final Site[] SITES = {
        new Site(
                NET,
                "connect",
                "(Ljava/net/ProtocolFamily;" + DESCRIPTOR + "Ljava/net/InetAddress;I)I",
                Wire.CONNECT,
                1),
        new Site(NET, "pollConnectNow", "(" + DESCRIPTOR + ")Z", Wire.CONNECT, 0),
        new Site("sun/nio/ch/NioSocketImpl", "timedFinishConnect", "(" + DESCRIPTOR + "J)Z", Wire.CONNECT_TIME, 1),
        new Site(CHANNEL, "finishTimedConnect", "(J)Z", Wire.CONNECT_TIME, THIS),
        new Site("sun/net/www/http/HttpClient", "parseHTTP", "(L" + HEADERS + ";", Wire.ANSWER, 1),
        new Site("jdk/internal/net/http/MultiExchange", "responseFilters", "(L" + RESPONSE + ";)", Wire.RESPONSE, THIS),
        new Site(
                "jdk/internal/net/http/MultiExchange", "getExceptionalCF", "(Ljava/lang/Throwable;", Wire.FAILURE, THIS)
    };

    private final boolean[] met = new boolean[SITES.length];

    /** Creates a weave that does not stand yet. */
    public OutcomeWeave() {
        super("the ends of calls cannot be seen");
    }

    @Override
    boolean targets(@Nullable ClassLoader loader, String name) {
        return isJdk(loader) && isOwner(name);
    }

    @Override
    byte[] weave(@Nullable ClassLoader loader, String name, @Nullable ProtectionDomain domain, byte[] classFile) {
        return woven(classFile, next -> new Visitor(next, name));
    }

    @Override
    synchronized @Nullable String missing(String name) {
        for (int i = 0; i < SITES.length; i++) {
            if (SITES[i].owner().equals(name) && !met[i]) {
                return SITES[i].name();
            }
        }
        return null;
    }

    /** Returns whether {@code type} is one of the JDK's classes that tell outcomes. */
    public static boolean isIn(Class<?> type) {
        return isJdk(type.getClassLoader()) && isOwner(type.getName().replace('.', '/'));
    }

    private static boolean isOwner(String name) {
        for (Site site : SITES) {
            if (site.owner().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private synchronized @Nullable Site meet(String owner, String name, String descriptor) {
        for (int i = 0; i < SITES.length; i++) {
            if (SITES[i].owner().equals(owner) && SITES[i].is(name, descriptor)) {
                met[i] = true;
                return SITES[i];
            }
        }
        return null;
    }

    private final class Visitor extends ClassVisitor {

        private final String owner;

        Visitor(ClassVisitor next, String owner) {
            super(Opcodes.ASM9, next);
            this.owner = owner;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
            Site site = visitor == null || (access & Opcodes.ACC_NATIVE) != 0 ? null : meet(owner, name, descriptor);
            return visitor == null || site == null ? visitor : new Woven(visitor, site, descriptor, access);
        }
    }

    /** One method: told at its beginning what is known there, else however it ends. */
    private static final class Woven extends MethodVisitor {

        private final Site site;
        private final Object[] locals;
        private final Label start = new Label();
        private final Label end = new Label();

        Woven(MethodVisitor next, Site site, String descriptor, int access) {
            super(Opcodes.ASM9, next);
            this.site = site;
            this.locals = locals(site, descriptor, (access & Opcodes.ACC_STATIC) != 0);
        }

        /** What a handler finds: the object that tells the call, and nothing else that it could rely on. */
        private static Object[] locals(Site site, String descriptor, boolean isStatic) {
            List<Object> locals = new ArrayList<>();
            if (site.way() == Wire.ANSWER) {
                return locals.toArray(); // this handler stands behind another one of ours, which knows no locals either
            }
            int slot = isStatic ? 0 : 1;
            if (!isStatic) {
                locals.add(site.end() == THIS ? site.owner() : Opcodes.TOP);
            }
            for (Type parameter : Type.getArgumentTypes(descriptor)) {
                if (slot > site.end()) {
                    break;
                }
                locals.add(slot == site.end() ? parameter.getInternalName() : Opcodes.TOP);
                slot += parameter.getSize();
            }
            return locals.toArray();
        }

        private boolean atStart() {
            return site.way() == Wire.RESPONSE || site.way() == Wire.FAILURE;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (!atStart()) {
                super.visitLabel(start);
                return;
            }
            super.visitIntInsn(Opcodes.BIPUSH, site.way());
            super.visitVarInsn(Opcodes.ALOAD, THIS);
            if (site.way() == Wire.RESPONSE) {
                super.visitVarInsn(Opcodes.ALOAD, 1);
                super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, RESPONSE, "statusCode", "()I", false);
                super.visitInsn(Opcodes.ACONST_NULL);
            } else {
                super.visitInsn(Opcodes.ICONST_0);
                super.visitVarInsn(Opcodes.ALOAD, 1);
            }
            super.visitMethodInsn(Opcodes.INVOKESTATIC, WIRE, "outcome", OUTCOME, false);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.IRETURN && !atStart()) {
                super.visitInsn(Opcodes.DUP);
                super.visitIntInsn(Opcodes.BIPUSH, site.way());
                super.visitInsn(Opcodes.SWAP);
                pushEnd();
                super.visitInsn(Opcodes.SWAP);
                super.visitInsn(Opcodes.ACONST_NULL);
                super.visitMethodInsn(Opcodes.INVOKESTATIC, WIRE, "outcome", OUTCOME, false);
            }
            super.visitInsn(opcode);
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            if (!atStart()) {
                super.visitLabel(end);
                super.visitTryCatchBlock(start, end, end, null);
                super.visitFrame(Opcodes.F_FULL, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
                super.visitInsn(Opcodes.DUP);
                super.visitIntInsn(Opcodes.BIPUSH, site.way());
                super.visitInsn(Opcodes.SWAP);
                if (site.way() == Wire.ANSWER) {
                    super.visitInsn(Opcodes.ACONST_NULL);
                } else {
                    pushEnd();
                }
                super.visitInsn(Opcodes.SWAP);
                super.visitInsn(Opcodes.ICONST_0);
                super.visitInsn(Opcodes.SWAP);
                super.visitMethodInsn(Opcodes.INVOKESTATIC, WIRE, "outcome", OUTCOME, false);
                super.visitInsn(Opcodes.ATHROW);
            }
            super.visitMaxs(maxStack, maxLocals);
        }

        private void pushEnd() {
            super.visitVarInsn(Opcodes.ALOAD, site.end());
            if (site.owner().equals(CHANNEL)) {
                super.visitFieldInsn(Opcodes.GETFIELD, CHANNEL, "fd", DESCRIPTOR);
            } else if (site.way() == Wire.ANSWER) {
                super.visitInsn(Opcodes.ICONST_0);
                super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, HEADERS, "getValue", "(I)Ljava/lang/String;", false);
            }
        }
    }
}
