package dev.sallyport.agent.context;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Where work changes threads in the JDK, and which call of {@code dev.sallyport.gate.Carried} goes there. Read the table
 * in {@link #rows} as sentences: what a {@code FutureTask}'s constructor made, its {@code run} runs once.
 */
public final class CarryingWeave {

    private static final String CARRIED = "dev/sallyport/gate/Carried";
    private static final int JDK = Runtime.version().feature();

    enum Kind {
        /** At the end of a constructor: this object is a task of the current agent. */
        MADE,
        /** At the start: the first argument is a task of the current agent. */
        SCHEDULED,
        /** The body runs as the agent that the task was made for. */
        RUNS,
        /** The same, and there is no other run. */
        RUNS_ONCE,
        /** The first argument is put into a queue. */
        QUEUES,
        /** The second argument is put into a queue. */
        QUEUES_SECOND,
        /** The first argument was queued and will not run. */
        REJECTS,
        /** Calls {@code Runnable.run} on what was queued. */
        TAKES,
        /** Calls {@code TimerTask.run} on what was scheduled. */
        FIRES,
        /** Calls {@code Runnable.run} on what was queued, and nothing afterwards. */
        RUNS_QUEUED,
        /** The body is a signal that this object, made by the current agent, has waited for. */
        SIGNALS,
        /**
         * The same, of a coroutine; and where it ends, the body goes on with the one that waited for it, for who made that.
         */
        RESUMES,
        /** The body subscribes to this source. */
        SUBSCRIBES,
        /** Starts a platform thread. */
        STARTS,
        /** Starts a virtual thread. */
        STARTS_VIRTUAL
    }

    /**
     * @param method the method's name
     * @param parameters its descriptor up to the closing parenthesis; null for every overload
     */
    record Row(String method, @Nullable String parameters, Kind kind) {

        boolean matches(String name, String descriptor) {
            return method.equals(name) && (parameters == null || descriptor.startsWith(parameters));
        }
    }

    private static final Row[] NONE = {};
    private static final Row[] DEPENDENT_STAGE = {new Row("tryFire", "(I)", Kind.RUNS)};
    private static final Row[] ASYNC_STAGE = {new Row("run", "()", Kind.RUNS_ONCE)};

    private CarryingWeave() {}

    private static Row[] rows(String className) {
        return switch (className) {
            case "java/util/concurrent/FutureTask" ->
                new Row[] {
                    new Row("<init>", null, Kind.MADE),
                    new Row("run", "()", Kind.RUNS_ONCE),
                    new Row("runAndReset", "()", Kind.RUNS)
                };
            case "java/util/concurrent/ForkJoinTask" ->
                new Row[] {new Row("<init>", null, Kind.MADE), new Row("doExec", "()", Kind.RUNS)};
            case "java/util/concurrent/CompletableFuture$AsyncSupply",
                    "java/util/concurrent/CompletableFuture$AsyncRun" -> ASYNC_STAGE;
            case "java/util/concurrent/CompletableFuture$UniApply",
                    "java/util/concurrent/CompletableFuture$UniAccept",
                    "java/util/concurrent/CompletableFuture$UniRun",
                    "java/util/concurrent/CompletableFuture$UniWhenComplete",
                    "java/util/concurrent/CompletableFuture$UniHandle",
                    "java/util/concurrent/CompletableFuture$UniExceptionally",
                    "java/util/concurrent/CompletableFuture$UniComposeExceptionally",
                    "java/util/concurrent/CompletableFuture$UniCompose",
                    "java/util/concurrent/CompletableFuture$BiApply",
                    "java/util/concurrent/CompletableFuture$BiAccept",
                    "java/util/concurrent/CompletableFuture$BiRun",
                    "java/util/concurrent/CompletableFuture$OrApply",
                    "java/util/concurrent/CompletableFuture$OrAccept",
                    "java/util/concurrent/CompletableFuture$OrRun" -> DEPENDENT_STAGE;
            case "java/util/concurrent/ThreadPoolExecutor" ->
                new Row[] {
                    new Row("execute", "(Ljava/lang/Runnable;)", Kind.QUEUES),
                    new Row("reject", "(Ljava/lang/Runnable;)", Kind.REJECTS),
                    new Row("runWorker", null, Kind.TAKES)
                };
            case "java/util/Timer" -> new Row[] {new Row("sched", "(Ljava/util/TimerTask;JJ)", Kind.SCHEDULED)};
            case "java/util/TimerThread" -> new Row[] {new Row("mainLoop", "()", Kind.FIRES)};
            case "java/lang/Thread" ->
                JDK < 21
                        ? new Row[] {new Row("start", "()", Kind.STARTS)}
                        : new Row[] {
                            new Row("start", "()", Kind.STARTS),
                            new Row("start", "(Ljdk/internal/vm/ThreadContainer;)", Kind.STARTS)
                        };
            case "java/lang/VirtualThread" ->
                new Row[] {new Row("start", "(Ljdk/internal/vm/ThreadContainer;)", Kind.STARTS_VIRTUAL)};
            default -> NONE;
        };
    }

    /** Returns whether something is to be woven into a class of the boot loader. */
    public static boolean targets(String className) {
        return className.startsWith("java/") && rows(className).length > 0;
    }

    /** Returns the targets in whose loops threads stand for ever, so that weaving them once they do is too late. */
    public static List<String> loops() {
        return List.of("java/util/concurrent/ThreadPoolExecutor", "java/util/TimerThread");
    }

    /**
     * Returns a visitor that weaves a target on its way to {@code next}.
     *
     * @param missing takes the methods that the table names and this JDK's class turns out not to have
     */
    public static ClassVisitor visitor(String className, ClassVisitor next, List<String> missing) {
        return visitor(className, rows(className), next, missing);
    }

    static ClassVisitor visitor(String className, Row[] rows, ClassVisitor next, List<String> missing) {
        return Weaver.of(className, rows, next, missing);
    }

    /** Only what weaves loads ASM: a method that returned one of these would have the verifier load it. */
    private static final class Weaver extends ClassVisitor {

        private final String className;
        private final Row[] rows;
        private final List<Row> left = new ArrayList<>();
        private final List<String> missing;

        private Weaver(String className, Row[] rows, ClassVisitor next, List<String> missing) {
            super(Opcodes.ASM9, next);
            this.className = className;
            this.rows = rows;
            this.missing = missing;
            for (Row row : rows) {
                left.add(row);
            }
        }

        static ClassVisitor of(String className, Row[] rows, ClassVisitor next, List<String> missing) {
            return new Weaver(className, rows, next, missing);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
            for (Row row : rows) {
                if ((access & Opcodes.ACC_STATIC) == 0 && row.matches(name, descriptor)) {
                    return switch (row.kind()) {
                        case MADE -> new AtReturn(row, method);
                        case RUNS -> new Around(row, method, "start", "end");
                        case RUNS_ONCE -> new Around(row, method, "start", "endOnce");
                        case SIGNALS -> new Around(row, method, "signal", "signalled");
                        case RESUMES -> new Resuming(row, method);
                        case SUBSCRIBES -> new Around(row, method, "subscribes", "signalled");
                        case TAKES -> new BesideRun(row, method);
                        case FIRES -> new InsteadOfRun(row, method, "java/util/TimerTask", "runScheduled");
                        case RUNS_QUEUED -> new InsteadOfRun(row, method, "java/lang/Runnable", "runQueued");
                        case SCHEDULED, QUEUES, QUEUES_SECOND, REJECTS, STARTS, STARTS_VIRTUAL ->
                            new AtEntry(row, method);
                    };
                }
            }
            return method;
        }

        @Override
        public void visitEnd() {
            for (Row row : left) {
                missing.add(className.replace('/', '.') + '.' + row.method());
            }
            super.visitEnd();
        }

        private abstract class Weft extends MethodVisitor {

            private final Row row;

            Weft(Row row, MethodVisitor next) {
                super(Opcodes.ASM9, next);
                this.row = row;
            }

            final Kind kind() {
                return row.kind();
            }

            final void carried(String name, String descriptor) {
                left.remove(row);
                super.visitMethodInsn(Opcodes.INVOKESTATIC, CARRIED, name, descriptor, false);
            }
        }

        private final class AtReturn extends Weft {

            AtReturn(Row row, MethodVisitor next) {
                super(row, next);
            }

            @Override
            public void visitInsn(int opcode) {
                if (opcode == Opcodes.RETURN) {
                    super.visitVarInsn(Opcodes.ALOAD, 0);
                    carried("made", "(Ljava/lang/Object;)V");
                }
                super.visitInsn(opcode);
            }
        }

        private final class AtEntry extends Weft {

            AtEntry(Row row, MethodVisitor next) {
                super(row, next);
            }

            @Override
            public void visitCode() {
                super.visitCode();
                switch (kind()) {
                    case SCHEDULED -> {
                        super.visitVarInsn(Opcodes.ALOAD, 1);
                        carried("made", "(Ljava/lang/Object;)V");
                    }
                    case QUEUES -> {
                        super.visitVarInsn(Opcodes.ALOAD, 1);
                        carried("queued", "(Ljava/lang/Runnable;)Ljava/lang/Runnable;");
                        super.visitVarInsn(Opcodes.ASTORE, 1);
                    }
                    case QUEUES_SECOND -> {
                        super.visitVarInsn(Opcodes.ALOAD, 2);
                        carried("queued", "(Ljava/lang/Runnable;)Ljava/lang/Runnable;");
                        super.visitVarInsn(Opcodes.ASTORE, 2);
                    }
                    case REJECTS -> {
                        super.visitVarInsn(Opcodes.ALOAD, 1);
                        carried("rejected", "(Ljava/lang/Runnable;)V");
                    }
                    case STARTS -> {
                        super.visitVarInsn(Opcodes.ALOAD, 0);
                        super.visitVarInsn(Opcodes.ALOAD, 0);
                        if (JDK < 21) {
                            super.visitFieldInsn(Opcodes.GETFIELD, className, "target", "Ljava/lang/Runnable;");
                        } else {
                            // Since JDK 21 the task is in a holder, which virtual threads do without.
                            String holder = "java/lang/Thread$FieldHolder";
                            super.visitFieldInsn(Opcodes.GETFIELD, className, "holder", 'L' + holder + ';');
                            super.visitFieldInsn(Opcodes.GETFIELD, holder, "task", "Ljava/lang/Runnable;");
                        }
                        carried("threadStarted", "(Ljava/lang/Thread;Ljava/lang/Runnable;)V");
                    }
                    default -> {
                        super.visitVarInsn(Opcodes.ALOAD, 0);
                        carried("virtualThreadStarted", "(Ljava/lang/Thread;)V");
                    }
                }
            }
        }

        /** The pool calls {@code afterExecute} with the task however it ended. */
        private final class BesideRun extends Weft {

            BesideRun(Row row, MethodVisitor next) {
                super(row, next);
            }

            @Override
            public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
                if (type.equals("java/lang/Runnable") && name.equals("run")) {
                    super.visitInsn(Opcodes.DUP);
                    carried("runs", "(Ljava/lang/Runnable;)V");
                } else if (name.equals("afterExecute")) {
                    super.visitInsn(Opcodes.DUP2);
                    super.visitInsn(Opcodes.POP);
                    carried("ran", "(Ljava/lang/Runnable;)V");
                }
                super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
            }
        }

        private final class InsteadOfRun extends Weft {

            private final String owner;
            private final String replacement;

            InsteadOfRun(Row row, MethodVisitor next, String owner, String replacement) {
                super(row, next);
                this.owner = owner;
                this.replacement = replacement;
            }

            @Override
            public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
                if (type.equals(owner) && name.equals("run") && descriptor.equals("()V")) {
                    carried(replacement, "(Ljava/lang/Runnable;)V");
                } else {
                    super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
                }
            }
        }

        private final class Resuming extends Around {

            Resuming(Row row, MethodVisitor next) {
                super(row, next, "resumes", "signalled");
            }

            @Override
            public void visitMethodInsn(int opcode, String type, String name, String descriptor, boolean isInterface) {
                if (name.equals("invokeSuspend")) {
                    super.visitInsn(Opcodes.DUP2);
                    super.visitInsn(Opcodes.POP);
                    carried("continues", "(Ljava/lang/Object;)V");
                }
                super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
            }
        }

        private class Around extends Weft {

            private final String enter;
            private final String leave;
            private final Label start = new Label();

            Around(Row row, MethodVisitor next, String enter, String leave) {
                super(row, next);
                this.enter = enter;
                this.leave = leave;
            }

            @Override
            public void visitCode() {
                super.visitCode();
                call(enter);
                super.visitLabel(start);
            }

            @Override
            public void visitInsn(int opcode) {
                if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                    call(leave);
                }
                super.visitInsn(opcode);
            }

            @Override
            public void visitMaxs(int maxStack, int maxLocals) {
                Label thrown = new Label();
                super.visitTryCatchBlock(start, thrown, thrown, null);
                super.visitLabel(thrown);
                // Of the locals only this is needed, and a body may have put what it likes into the others.
                Object[] locals = {className};
                super.visitFrame(Opcodes.F_FULL, 1, locals, 1, new Object[] {"java/lang/Throwable"});
                call(leave);
                super.visitInsn(Opcodes.ATHROW);
                super.visitMaxs(maxStack, maxLocals);
            }

            private void call(String name) {
                super.visitVarInsn(Opcodes.ALOAD, 0);
                carried(name, "(Ljava/lang/Object;)V");
            }
        }
    }
}
