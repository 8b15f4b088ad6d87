package dev.sallyport.agent.weave;

import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/** Puts the gate calls of one class in, and says which join points it met. */
final class GateVisitor extends ClassVisitor {

    private static final String GATE = "dev/sallyport/gate/Gate";
    private static final String MEMORY = "dev/sallyport/gate/Memory";

    private final String owner;
    private final JoinPoint[] points;
    private final int[] numbers;
    private final boolean[] met;
    private boolean hasFrames;

    /**
     * Creates a visitor.
     *
     * @param points the join points of the class
     * @param numbers their point numbers, in the same order
     * @param met set to true for each point that was met, in the same order
     */
    GateVisitor(ClassVisitor next, String owner, JoinPoint[] points, int[] numbers, boolean[] met) {
        super(Opcodes.ASM9, next);
        this.owner = owner;
        this.points = points;
        this.numbers = numbers;
        this.met = met;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        hasFrames = (version & 0xffff) >= Opcodes.V1_6;
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (visitor == null || (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0) {
            return visitor;
        }
        for (int i = 0; i < points.length; i++) {
            JoinPoint point = points[i];
            if (point.isAt(name, descriptor) && !(point.library() && isLeftOut(access, descriptor, point))) {
                met[i] = true;
                visitor = new WovenMethod(visitor, (access & Opcodes.ACC_STATIC) != 0, descriptor, point, numbers[i]);
            }
        }
        return visitor;
    }

    /** A bridge calls the method that it stands for; an overload with other parameters is not what a point is about. */
    private static boolean isLeftOut(int access, String descriptor, JoinPoint point) {
        return (access & Opcodes.ACC_BRIDGE) != 0 || !Descriptor.hasOperands(Type.getArgumentTypes(descriptor), point);
    }

    /** One method with one gate call; several points of a method are visitors in a row. */
    private final class WovenMethod extends MethodVisitor {

        private final boolean isStatic;
        private final Type[] parameters;
        private final Type result;
        private final JoinPoint point;
        private final int number;
        private final Label bodyStart = new Label();
        private final Label bodyEnd = new Label();

        WovenMethod(MethodVisitor next, boolean isStatic, String descriptor, JoinPoint point, int number) {
            super(Opcodes.ASM9, next);
            this.isStatic = isStatic;
            this.parameters = Type.getArgumentTypes(descriptor);
            this.result = Type.getReturnType(descriptor);
            this.point = point;
            this.number = number;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            switch (point.kind()) {
                case BEFORE -> {
                    super.visitIntInsn(Opcodes.SIPUSH, number);
                    push(point.a());
                    push(point.b());
                    pushNumber(point.n());
                    gate("before", "(ILjava/lang/Object;Ljava/lang/Object;I)V");
                }
                case AROUND -> {
                    super.visitIntInsn(Opcodes.SIPUSH, number);
                    push(point.a());
                    push(point.b());
                    gate("enter", "(ILjava/lang/Object;Ljava/lang/Object;)V");
                    super.visitLabel(bodyStart);
                }
                case INSTEAD -> answerInstead();
                case MEMORY -> {
                    super.visitIntInsn(Opcodes.SIPUSH, number);
                    push(point.a());
                    super.visitVarInsn(Opcodes.LLOAD, slot(((Operand.Parameter) point.b()).index()));
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, MEMORY, "touched", "(ILjava/lang/Object;J)V", false);
                }
                case AFTER -> {}
            }
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                beforeReturn(opcode);
            }
            super.visitInsn(opcode);
        }

        private void beforeReturn(int opcode) {
            switch (point.kind()) {
                case AROUND -> {
                    super.visitIntInsn(Opcodes.SIPUSH, number);
                    gate("leave", "(I)V");
                }
                case AFTER -> {
                    boolean returnsObject = opcode == Opcodes.ARETURN;
                    if (!returnsObject) {
                        super.visitInsn(Opcodes.ACONST_NULL);
                    }
                    super.visitIntInsn(Opcodes.SIPUSH, number);
                    push(point.a());
                    gate("after", "(Ljava/lang/Object;ILjava/lang/Object;)Ljava/lang/Object;");
                    if (returnsObject) {
                        super.visitTypeInsn(Opcodes.CHECKCAST, result.getInternalName());
                    } else {
                        super.visitInsn(Opcodes.POP);
                    }
                }
                case BEFORE, INSTEAD, MEMORY -> {}
            }
        }

        private void answerInstead() {
            Label body = new Label();
            super.visitInsn(Opcodes.ACONST_NULL);
            super.visitIntInsn(Opcodes.SIPUSH, number);
            push(point.a());
            gate("after", "(Ljava/lang/Object;ILjava/lang/Object;)Ljava/lang/Object;");
            super.visitInsn(Opcodes.DUP);
            super.visitJumpInsn(Opcodes.IFNULL, body);
            if (result.getSort() >= Type.ARRAY) {
                super.visitTypeInsn(Opcodes.CHECKCAST, result.getInternalName());
                super.visitInsn(Opcodes.ARETURN);
            } else {
                super.visitInsn(Opcodes.POP);
                super.visitInsn(Opcodes.RETURN);
            }
            super.visitLabel(body);
            if (hasFrames) {
                super.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Object"});
            }
            super.visitInsn(Opcodes.POP);
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            if (point.kind() == JoinPoint.Kind.AROUND) {
                // Visited last, so the handler stands behind all of the method's own and catches what they let through.
                super.visitLabel(bodyEnd);
                super.visitTryCatchBlock(bodyStart, bodyEnd, bodyEnd, null);
                if (hasFrames) {
                    super.visitFrame(Opcodes.F_FULL, 0, new Object[0], 1, new Object[] {"java/lang/Throwable"});
                }
                super.visitIntInsn(Opcodes.SIPUSH, number);
                gate("leave", "(I)V");
                super.visitInsn(Opcodes.ATHROW);
            }
            super.visitMaxs(maxStack, maxLocals);
        }

        private void gate(String method, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, GATE, method, descriptor, false);
        }

        private void push(Operand operand) {
            if (operand instanceof Operand.Self) {
                super.visitVarInsn(Opcodes.ALOAD, 0);
            } else if (operand instanceof Operand.Parameter parameter) {
                super.visitVarInsn(Opcodes.ALOAD, slot(parameter.index()));
            } else if (operand instanceof Operand.Field field) {
                super.visitVarInsn(Opcodes.ALOAD, 0);
                super.visitFieldInsn(Opcodes.GETFIELD, owner, field.name(), field.descriptor());
            } else if (operand instanceof Operand.StaticField field) {
                super.visitFieldInsn(Opcodes.GETSTATIC, owner, field.name(), field.descriptor());
            } else {
                super.visitInsn(Opcodes.ACONST_NULL);
            }
        }

        private void pushNumber(Operand operand) {
            if (operand instanceof Operand.Parameter parameter) {
                super.visitVarInsn(Opcodes.ILOAD, slot(parameter.index()));
            } else if (operand instanceof Operand.LongParameter parameter) {
                super.visitVarInsn(Opcodes.LLOAD, slot(parameter.index()));
                super.visitInsn(Opcodes.L2I);
            } else if (operand instanceof Operand.Field field) {
                super.visitVarInsn(Opcodes.ALOAD, 0);
                super.visitFieldInsn(Opcodes.GETFIELD, owner, field.name(), field.descriptor());
            } else {
                super.visitInsn(Opcodes.ICONST_0);
            }
        }

        private int slot(int index) {
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < index; i++) {
                slot += parameters[i].getSize();
            }
            return slot;
        }
    }
}
