package dev.sallyport.agent.attribution;

import static net.bytebuddy.jar.asm.Opcodes.AALOAD;
import static net.bytebuddy.jar.asm.Opcodes.AASTORE;
import static net.bytebuddy.jar.asm.Opcodes.ACC_FINAL;
import static net.bytebuddy.jar.asm.Opcodes.ACC_PROTECTED;
import static net.bytebuddy.jar.asm.Opcodes.ACC_PUBLIC;
import static net.bytebuddy.jar.asm.Opcodes.ACC_SUPER;
import static net.bytebuddy.jar.asm.Opcodes.ACONST_NULL;
import static net.bytebuddy.jar.asm.Opcodes.ALOAD;
import static net.bytebuddy.jar.asm.Opcodes.ANEWARRAY;
import static net.bytebuddy.jar.asm.Opcodes.ARETURN;
import static net.bytebuddy.jar.asm.Opcodes.ASTORE;
import static net.bytebuddy.jar.asm.Opcodes.BIPUSH;
import static net.bytebuddy.jar.asm.Opcodes.CHECKCAST;
import static net.bytebuddy.jar.asm.Opcodes.DUP;
import static net.bytebuddy.jar.asm.Opcodes.F_APPEND;
import static net.bytebuddy.jar.asm.Opcodes.GETFIELD;
import static net.bytebuddy.jar.asm.Opcodes.IADD;
import static net.bytebuddy.jar.asm.Opcodes.IAND;
import static net.bytebuddy.jar.asm.Opcodes.IFEQ;
import static net.bytebuddy.jar.asm.Opcodes.ILOAD;
import static net.bytebuddy.jar.asm.Opcodes.INTEGER;
import static net.bytebuddy.jar.asm.Opcodes.INVOKESPECIAL;
import static net.bytebuddy.jar.asm.Opcodes.INVOKEVIRTUAL;
import static net.bytebuddy.jar.asm.Opcodes.IRETURN;
import static net.bytebuddy.jar.asm.Opcodes.ISTORE;
import static net.bytebuddy.jar.asm.Opcodes.ISUB;
import static net.bytebuddy.jar.asm.Opcodes.IUSHR;
import static net.bytebuddy.jar.asm.Opcodes.NEW;
import static net.bytebuddy.jar.asm.Opcodes.POP;
import static net.bytebuddy.jar.asm.Opcodes.PUTFIELD;
import static net.bytebuddy.jar.asm.Opcodes.RETURN;
import static net.bytebuddy.jar.asm.Opcodes.SIPUSH;
import static net.bytebuddy.jar.asm.Opcodes.V11;

import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Type;

/**
 * Writes the class of {@link BareWalk}: {@code final class StackStreamFactory$Sallyport extends AbstractStackWalker implements
 * IntFunction}, whose {@code apply} asks the JVM for frames as {@code AbstractStackWalker.beginStackWalk} does, and does
 * nothing with them but return them.
 *
 * <p>From {@code java.lang.StackStreamFactory} of JDK 17.0.15 and 25.0.3. JDK 22 gave classes without methods frames of their
 * own, and sizes of buffers count what the JVM reserves in them.
 */
final class BareWalkClass {

    private static final String FACTORY = "java/lang/StackStreamFactory";
    private static final String NAME = FACTORY + "$Sallyport";
    private static final String WALK = FACTORY + "$AbstractStackWalker";
    private static final String BUFFER = FACTORY + "$FrameBuffer";
    private static final String FRAME = "java/lang/StackFrameInfo";
    private static final String CLASS_FRAME = "java/lang/ClassFrameInfo";
    private static final String WALKER = "java/lang/StackWalker";
    private static final String SCOPE = "jdk/internal/vm/ContinuationScope";
    private static final String CONTINUATION = "jdk/internal/vm/Continuation";

    /** The modes of a walk, from {@code StackStreamFactory}. */
    private static final int CLASSES_ONLY = 0x2;

    private static final int SHOW_HIDDEN = 0x20;

    /** What is asked for: how many frames are left out, and a buffer's size, or 0 for one frame. */
    private static final int SKIP_SHIFT = 16;

    private static final int SIZE_MASK = 0x7fff;

    // the local variables of apply()
    private static final int SELF = 0;
    private static final int ASKED = 1;
    private static final int SKIP = 2;
    private static final int SIZE = 3;
    private static final int MADE = 4;
    private static final int ITS_BUFFER = 5;
    private static final int FRAMES = 6;

    private final boolean later;
    private final String classBuffer;
    private final ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    BareWalkClass(int feature) {
        later = feature >= 22;
        classBuffer = later ? FACTORY + "$ClassFrameBuffer" : FACTORY + "$CallerClassFinder$ClassBuffer";
    }

    /** Returns whether there is a class for a JDK. */
    static boolean fits(int feature) {
        return feature == 17 || (feature >= 22 && feature <= 25);
    }

    /** Returns what asks for the classes of frames, by the size of the buffer. */
    static int classes(int skip, int size) {
        return skip << SKIP_SHIFT | size;
    }

    /** Returns what asks for one frame. */
    static int frame(int skip) {
        return skip << SKIP_SHIFT;
    }

    /** Returns whether frames of classes are {@link StackWalker.StackFrame}s, and not classes themselves. */
    boolean hasFramesOfClasses() {
        return later;
    }

    /** Returns where the JVM begins to fill a buffer. */
    int start() {
        return later ? 1 : 2;
    }

    /** Returns the binary name of the class. */
    String name() {
        return NAME.replace('/', '.');
    }

    byte[] classFile() {
        String[] interfaces = {"java/util/function/IntFunction"};
        type.visit(V11, ACC_FINAL | ACC_SUPER, NAME, null, WALK, interfaces);

        MethodVisitor constructor = type.visitMethod(0, "<init>", "(L" + WALKER + ";I)V", null, null);
        constructor.visitVarInsn(ALOAD, 0);
        constructor.visitVarInsn(ALOAD, 1);
        constructor.visitVarInsn(ILOAD, 2);
        constructor.visitMethodInsn(INVOKESPECIAL, WALK, "<init>", "(L" + WALKER + ";I)V", false);
        end(constructor, RETURN);

        MethodVisitor consume = type.visitMethod(ACC_PROTECTED, "consumeFrames", "()Ljava/lang/Object;", null, null);
        consume.visitInsn(ACONST_NULL);
        end(consume, ARETURN);

        end(type.visitMethod(ACC_PROTECTED, "initFrameBuffer", "()V", null, null), RETURN);

        MethodVisitor size = type.visitMethod(ACC_PROTECTED, "batchSize", "(I)I", null, null);
        size.visitVarInsn(ILOAD, 1);
        end(size, IRETURN);

        apply();
        type.visitEnd();
        return type.toByteArray();
    }

    private static void end(MethodVisitor method, int returns) {
        method.visitInsn(returns);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    private void apply() {
        MethodVisitor code = type.visitMethod(ACC_PUBLIC, "apply", "(I)Ljava/lang/Object;", null, null);
        code.visitVarInsn(ILOAD, ASKED);
        code.visitIntInsn(BIPUSH, SKIP_SHIFT);
        code.visitInsn(IUSHR);
        code.visitVarInsn(ISTORE, SKIP);
        code.visitVarInsn(ILOAD, ASKED);
        code.visitIntInsn(SIPUSH, SIZE_MASK);
        code.visitInsn(IAND);
        code.visitVarInsn(ISTORE, SIZE);
        code.visitVarInsn(ILOAD, SIZE);
        Label single = new Label();
        code.visitJumpInsn(IFEQ, single);
        classes(code);
        code.visitInsn(ARETURN);
        code.visitLabel(single);
        code.visitFrame(F_APPEND, 2, new Object[] {INTEGER, INTEGER}, 0, null);
        frame(code);
        end(code, ARETURN);
    }

    private void classes(MethodVisitor code) {
        make(code, CLASSES_ONLY | SHOW_HIDDEN);
        code.visitVarInsn(ILOAD, SIZE);
        makeBuffer(code);
        buffer(code);
        code.visitVarInsn(ASTORE, FRAMES);
        walk(code, CLASSES_ONLY | SHOW_HIDDEN);
        code.visitVarInsn(ALOAD, FRAMES);
    }

    /**
     * Has the JVM fill an array of its own with one frame. The walk's buffer is then only looked at: its first class must be none
     * of the JDK's walk.
     */
    private void frame(MethodVisitor code) {
        code.visitIntInsn(BIPUSH, start() + 1);
        code.visitVarInsn(ISTORE, SIZE);
        make(code, SHOW_HIDDEN);
        // the smallest that there is
        code.visitIntInsn(BIPUSH, later ? 3 : 8);
        makeBuffer(code);
        buffer(code);
        code.visitIntInsn(BIPUSH, start());
        if (later) {
            code.visitInsn(AALOAD);
            code.visitTypeInsn(CHECKCAST, CLASS_FRAME);
        }
        code.visitLdcInsn(Type.getObjectType("java/lang/Object"));
        if (later) {
            code.visitFieldInsn(PUTFIELD, CLASS_FRAME, "classOrMemberName", "Ljava/lang/Object;");
        } else {
            code.visitInsn(AASTORE);
        }
        code.visitVarInsn(ILOAD, SIZE);
        code.visitTypeInsn(ANEWARRAY, "java/lang/Object");
        code.visitVarInsn(ASTORE, FRAMES);
        code.visitVarInsn(ALOAD, FRAMES);
        code.visitIntInsn(BIPUSH, start());
        code.visitTypeInsn(NEW, FRAME);
        code.visitInsn(DUP);
        walker(code);
        code.visitMethodInsn(INVOKESPECIAL, FRAME, "<init>", "(L" + WALKER + ";)V", false);
        code.visitInsn(AASTORE);
        walk(code, SHOW_HIDDEN);
        code.visitVarInsn(ALOAD, FRAMES);
        code.visitIntInsn(BIPUSH, start());
        code.visitInsn(AALOAD);
    }

    private void make(MethodVisitor code, int mode) {
        code.visitTypeInsn(NEW, NAME);
        code.visitInsn(DUP);
        walker(code);
        code.visitIntInsn(BIPUSH, mode);
        code.visitMethodInsn(INVOKESPECIAL, NAME, "<init>", "(L" + WALKER + ";I)V", false);
        code.visitVarInsn(ASTORE, MADE);
        code.visitTypeInsn(NEW, classBuffer);
        code.visitInsn(DUP);
        if (later) {
            walker(code);
        }
    }

    /** Its size is on the stack. The JVM is asked to leave frames out, which the buffer must know before. */
    private void makeBuffer(MethodVisitor code) {
        if (later) {
            // below it lie the buffer, twice, and the walker
            code.visitMethodInsn(INVOKESPECIAL, classBuffer, "<init>", "(L" + WALKER + ";I)V", false);
        } else {
            code.visitMethodInsn(INVOKESPECIAL, classBuffer, "<init>", "(I)V", false);
        }
        code.visitVarInsn(ASTORE, ITS_BUFFER);
        code.visitVarInsn(ALOAD, ITS_BUFFER);
        code.visitIntInsn(BIPUSH, start());
        code.visitVarInsn(ILOAD, SKIP);
        code.visitInsn(IADD);
        code.visitFieldInsn(PUTFIELD, BUFFER, "origin", "I");
        code.visitVarInsn(ALOAD, MADE);
        code.visitVarInsn(ALOAD, ITS_BUFFER);
        code.visitFieldInsn(PUTFIELD, WALK, "frameBuffer", "L" + BUFFER + ";");
    }

    private static void buffer(MethodVisitor code) {
        code.visitVarInsn(ALOAD, ITS_BUFFER);
        code.visitMethodInsn(INVOKEVIRTUAL, BUFFER, "frames", "()[Ljava/lang/Object;", false);
    }

    private static void walker(MethodVisitor code) {
        code.visitVarInsn(ALOAD, SELF);
        code.visitFieldInsn(GETFIELD, WALK, "walker", "L" + WALKER + ";");
    }

    private void walk(MethodVisitor code, int mode) {
        code.visitVarInsn(ALOAD, MADE);
        if (later) {
            code.visitIntInsn(BIPUSH, mode);
            code.visitVarInsn(ILOAD, SKIP);
            code.visitVarInsn(ALOAD, MADE);
            code.visitFieldInsn(GETFIELD, WALK, "contScope", "L" + SCOPE + ";");
            code.visitVarInsn(ALOAD, MADE);
            code.visitFieldInsn(GETFIELD, WALK, "continuation", "L" + CONTINUATION + ";");
            code.visitVarInsn(ILOAD, SIZE);
        } else {
            code.visitLdcInsn((long) mode);
            code.visitVarInsn(ILOAD, SKIP);
            code.visitVarInsn(ILOAD, SIZE);
            code.visitIntInsn(BIPUSH, start());
            code.visitInsn(ISUB);
        }
        code.visitIntInsn(BIPUSH, start());
        code.visitVarInsn(ALOAD, FRAMES);
        String asked = later ? "(IIL" + SCOPE + ";L" + CONTINUATION + ";II" : "(JIII";
        code.visitMethodInsn(
                INVOKEVIRTUAL, WALK, "callStackWalk", asked + "[Ljava/lang/Object;)Ljava/lang/Object;", false);
        code.visitInsn(POP);
    }
}
