package dev.sallyport.agent.tool;

import dev.sallyport.GuardedTool;
import dev.sallyport.RunsAs;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the methods that carry {@link RunsAs} or {@link GuardedTool}, or that a policy names as an agent's entry. The
 * body then is as if it stood in
 *
 * <pre>{@code
 * Gate.enterAs(agent, METHOD);
 * try {
 *     Gate.guardedTool(tool, arguments by name, TOOL);
 *     try {
 *         ...
 *         Gate.toolReturned(result, TOOL);
 *     } catch (Throwable thrown) {
 *         Gate.toolThrew(thrown, TOOL);
 *         throw thrown;
 *     }
 * } finally {
 *     Gate.leave(METHOD);
 * }
 * }</pre>
 *
 * with constants of the method, by which what the body leaves open is left with it.
 */
final class MarkedMethods extends ClassVisitor {

    static final String RUNS_AS = "Ldev/sallyport/RunsAs;";
    static final String GUARDED_TOOL = "Ldev/sallyport/GuardedTool;";

    private static final String GATE = "dev/sallyport/gate/Gate";
    private static final String MAP = "java/util/LinkedHashMap";
    private static final int NO_CODE = Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE;
    private static final int COMPILERS_OWN = Opcodes.ACC_BRIDGE | Opcodes.ACC_SYNTHETIC;

    private final String type;
    private final Entries entries;
    private boolean hasFrames;
    private @Nullable String agentOfType;
    private boolean woven;

    private MarkedMethods(String type, Entries entries, ClassVisitor next) {
        super(Opcodes.ASM9, next);
        this.type = type;
        this.entries = entries;
    }

    /**
     * Weaves one class.
     *
     * @param type its internal name
     * @return the woven class file; null if no method of it is marked
     */
    static byte @Nullable [] weave(String type, Entries entries, byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        MarkedMethods visitor = new MarkedMethods(type, entries, writer);
        reader.accept(visitor, 0);
        return visitor.woven ? writer.toByteArray() : null;
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
    public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
        AnnotationVisitor next = super.visitAnnotation(descriptor, visible);
        String entered = entries.byAnnotation(descriptor);
        if (entered != null) {
            agentOfType = entered;
        }
        if (!descriptor.equals(RUNS_AS)) {
            return next;
        }
        return new Value(next) {
            @Override
            void receive(String value) {
                agentOfType = value;
            }
        };
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (next == null || (access & (NO_CODE | COMPILERS_OWN)) != 0 || name.startsWith("<")) {
            return next;
        }
        return new MarkedMethod(next, access, name, descriptor);
    }

    /** Reads an annotation's {@code value}. */
    private abstract static class Value extends AnnotationVisitor {

        Value(@Nullable AnnotationVisitor next) {
            super(Opcodes.ASM9, next);
        }

        abstract void receive(String value);

        @Override
        public void visit(String name, Object value) {
            if (name.equals("value") && value instanceof String text) {
                receive(text);
            }
            super.visit(name, value);
        }
    }

    private final class MarkedMethod extends MethodVisitor {

        private final boolean isStatic;
        private final String name;
        private final Type[] parameters;
        private final String constant;
        private final Label start = new Label();
        private final Label toolStart = new Label();
        private final List<@Nullable String> names = new ArrayList<>();
        private @Nullable String agent;
        private @Nullable String tool;

        MarkedMethod(MethodVisitor next, int access, String name, String descriptor) {
            super(Opcodes.ASM9, next);
            this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
            this.name = name;
            this.parameters = Type.getArgumentTypes(descriptor);
            this.constant = type.replace('/', '.') + '#' + name + descriptor;
            String named = entries.byMethod(type, name);
            this.agent = named != null ? named : (access & Opcodes.ACC_PUBLIC) != 0 ? agentOfType : null;
        }

        /** Called for each parameter of a class that was compiled with {@code -parameters}. */
        @Override
        public void visitParameter(@Nullable String parameter, int access) {
            names.add(parameter);
            super.visitParameter(parameter, access);
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            AnnotationVisitor next = super.visitAnnotation(descriptor, visible);
            String entered = entries.byAnnotation(descriptor);
            if (entered != null) {
                agent = entered;
            }
            if (descriptor.equals(RUNS_AS)) {
                return new Value(next) {
                    @Override
                    void receive(String value) {
                        agent = value;
                    }
                };
            }
            if (descriptor.equals(GUARDED_TOOL)) {
                tool = name;
                return new Value(next) {
                    @Override
                    void receive(String value) {
                        tool = value.isEmpty() ? MarkedMethod.this.name : value;
                    }
                };
            }
            return next;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (!marked()) {
                return;
            }
            woven = true;
            if (agent != null) {
                super.visitLdcInsn(agent);
                super.visitLdcInsn(constant);
                gate("enterAs", "(Ljava/lang/String;Ljava/lang/Object;)V");
                super.visitLabel(start);
            }
            if (tool != null) {
                super.visitLdcInsn(tool);
                pushArguments();
                super.visitLdcInsn(toolConstant());
                gate("guardedTool", "(Ljava/lang/String;Ljava/lang/Object;Ljava/lang/Object;)V");
                super.visitLabel(toolStart);
            }
        }

        @Override
        public void visitInsn(int opcode) {
            if (marked() && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                if (tool != null) {
                    super.visitInsn(opcode == Opcodes.ARETURN ? Opcodes.DUP : Opcodes.ACONST_NULL);
                    endTool("toolReturned", "(Ljava/lang/Object;Ljava/lang/Object;)V");
                }
                leave();
            }
            super.visitInsn(opcode);
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            if (marked()) {
                // Visited last, so that they stand behind the method's own handlers.
                Label end = new Label();
                super.visitLabel(end);
                if (tool != null) {
                    handle(toolStart, end);
                    super.visitInsn(Opcodes.DUP);
                    endTool("toolThrew", "(Ljava/lang/Throwable;Ljava/lang/Object;)V");
                    leave();
                    super.visitInsn(Opcodes.ATHROW);
                }
                if (agent != null) {
                    handle(start, tool == null ? end : toolStart);
                    leave();
                    super.visitInsn(Opcodes.ATHROW);
                }
            }
            super.visitMaxs(maxStack, maxLocals);
        }

        private void handle(Label from, Label to) {
            Label thrown = new Label();
            super.visitTryCatchBlock(from, to, thrown, null);
            super.visitLabel(thrown);
            if (hasFrames) {
                super.visitFrame(Opcodes.F_FULL, 0, new Object[0], 1, new Object[] {"java/lang/Throwable"});
            }
        }

        private boolean marked() {
            return agent != null || tool != null;
        }

        private String toolConstant() {
            return constant + " as a tool";
        }

        private void endTool(String method, String descriptor) {
            super.visitLdcInsn(toolConstant());
            gate(method, descriptor);
        }

        private void leave() {
            if (agent != null) {
                super.visitLdcInsn(constant);
                gate("leave", "(Ljava/lang/Object;)V");
            }
        }

        private void gate(String method, String descriptor) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, GATE, method, descriptor, false);
        }

        private void pushArguments() {
            super.visitTypeInsn(Opcodes.NEW, MAP);
            super.visitInsn(Opcodes.DUP);
            super.visitMethodInsn(Opcodes.INVOKESPECIAL, MAP, "<init>", "()V", false);
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < parameters.length; i++) {
                super.visitInsn(Opcodes.DUP);
                super.visitLdcInsn(name(i));
                super.visitVarInsn(parameters[i].getOpcode(Opcodes.ILOAD), slot);
                box(parameters[i]);
                super.visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL,
                        MAP,
                        "put",
                        "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;",
                        false);
                super.visitInsn(Opcodes.POP);
                slot += parameters[i].getSize();
            }
        }

        /** As reflection calls a parameter whose name was not compiled into the class. */
        private String name(int parameter) {
            String compiled = names.size() == parameters.length ? names.get(parameter) : null;
            return compiled == null ? "arg" + parameter : compiled;
        }

        private void box(Type parameter) {
            String wrapper = switch (parameter.getSort()) {
                case Type.BOOLEAN -> "java/lang/Boolean";
                case Type.CHAR -> "java/lang/Character";
                case Type.BYTE -> "java/lang/Byte";
                case Type.SHORT -> "java/lang/Short";
                case Type.INT -> "java/lang/Integer";
                case Type.LONG -> "java/lang/Long";
                case Type.FLOAT -> "java/lang/Float";
                case Type.DOUBLE -> "java/lang/Double";
                default -> null;
            };
            if (wrapper != null) {
                String descriptor = '(' + parameter.getDescriptor() + ")L" + wrapper + ';';
                super.visitMethodInsn(Opcodes.INVOKESTATIC, wrapper, "valueOf", descriptor, false);
            }
        }
    }
}
