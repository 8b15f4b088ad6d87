package dev.sallyport.agent;

import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Weaver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import jdk.internal.misc.Unsafe;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Proves that the gate stands at each exit, by calling each woven method: what arrives at the gate is what the JVM runs,
 * whatever the transformer believes it did. The method's own first instruction is never reached.
 *
 * <p>The methods are not public, so the calls are made by a class that is generated into the boot loader beside them;
 * HotSpot lets classes of the boot loader call each other's private methods ({@code Reflection::can_relax_access_check_for}).
 */
final class SelfTest {

    private static final String PROBE = "java/lang/SallyportProbe";
    private static final String UNSAFE = "jdk/internal/misc/Unsafe";

    private SelfTest() {}

    /** Returns a sentence for each exit at which the gate does not stand; empty if all do. */
    static List<String> run(Weaver weaver, GateEnforcer enforcer) {
        JoinPoint[] points = weaver.points();
        Guard[] guards = weaver.guards();
        List<String> missing = new ArrayList<>();
        boolean[] probed = new boolean[points.length];
        for (int i = 0; i < points.length; i++) {
            probed[i] = guards[i].provedAtStart() && points[i].kind() == JoinPoint.Kind.BEFORE;
        }
        IntConsumer probe = probe(points, probed);
        enforcer.prove(points.length);
        for (int i = 0; i < points.length; i++) {
            if (probed[i]) {
                Throwable got = call(probe, i);
                if (!enforcer.proved(i)) {
                    missing.add(missing(points[i], guards[i], weaver, got));
                }
            } else if (guards[i].provedAtStart() && !weaver.woven(i)) {
                missing.add(missing(points[i], guards[i], weaver, null));
            }
        }
        return missing;
    }

    private static @org.jspecify.annotations.Nullable Throwable call(IntConsumer probe, int point) {
        try {
            probe.accept(point);
            return null;
        } catch (Throwable t) {
            return t;
        }
    }

    private static String missing(
            JoinPoint point, Guard guard, Weaver weaver, @org.jspecify.annotations.Nullable Throwable got) {
        Throwable failure = weaver.failure(point.owner());
        String why;
        if (failure != null) {
            why = "the class could not be woven: " + failure;
        } else if (got instanceof GateEnforcer.Proof) {
            why = "another gate call answered";
        } else {
            why = "the JVM runs the class without the gate call"
                    + " (another agent may have handed back the original, or it was loaded before and could not be changed)";
        }
        return "exit " + guard.getClass().getSimpleName() + " is open: " + point.label() + ": " + why;
    }

    private static IntConsumer probe(JoinPoint[] points, boolean[] probed) {
        byte[] bytes = generate(points, probed);
        Unsafe unsafe = Unsafe.getUnsafe();
        Class<?> type = unsafe.defineClass(null, bytes, 0, bytes.length, null, null);
        try {
            return (IntConsumer) unsafe.allocateInstance(type);
        } catch (InstantiationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Generates {@code void accept(int point)} that calls the point's method with nulls and zeros. */
    private static byte[] generate(JoinPoint[] points, boolean[] probed) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(
                Opcodes.V1_5, Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, PROBE, null, "java/lang/Object", new String[] {
                    "java/util/function/IntConsumer"
                });
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC, "accept", "(I)V", null, null);
        method.visitCode();
        for (int i = 0; i < points.length; i++) {
            if (probed[i]) {
                Label next = new Label();
                method.visitVarInsn(Opcodes.ILOAD, 1);
                method.visitLdcInsn(i);
                method.visitJumpInsn(Opcodes.IF_ICMPNE, next);
                callMethod(method, points[i]);
                method.visitInsn(Opcodes.RETURN);
                method.visitLabel(next);
            }
        }
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void callMethod(MethodVisitor method, JoinPoint point) {
        boolean isStatic = point.isStatic();
        if (!isStatic) {
            method.visitMethodInsn(Opcodes.INVOKESTATIC, UNSAFE, "getUnsafe", "()L" + UNSAFE + ";", false);
            method.visitLdcInsn(Type.getObjectType(point.owner()));
            method.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL, UNSAFE, "allocateInstance", "(Ljava/lang/Class;)Ljava/lang/Object;", false);
            method.visitTypeInsn(Opcodes.CHECKCAST, point.owner());
        }
        for (Type parameter : Type.getArgumentTypes(point.descriptor())) {
            switch (parameter.getSort()) {
                case Type.OBJECT, Type.ARRAY -> method.visitInsn(Opcodes.ACONST_NULL);
                case Type.LONG -> method.visitInsn(Opcodes.LCONST_0);
                case Type.FLOAT -> method.visitInsn(Opcodes.FCONST_0);
                case Type.DOUBLE -> method.visitInsn(Opcodes.DCONST_0);
                default -> method.visitInsn(Opcodes.ICONST_0);
            }
        }
        method.visitMethodInsn(
                isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKEVIRTUAL,
                point.owner(),
                point.method(),
                point.descriptor(),
                false);
        Type result = Type.getReturnType(point.descriptor());
        if (result.getSize() > 0) {
            method.visitInsn(result.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        }
    }
}
