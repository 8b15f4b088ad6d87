package dev.sallyport.agent.context;

import dev.sallyport.agent.context.CarryingWeave.Kind;
import dev.sallyport.agent.context.CarryingWeave.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Where work changes threads in libraries. A reactive subscriber is made on the thread that subscribes and signalled on
 * whichever thread has something for it; a coroutine is made where it is launched and resumed wherever its dispatcher
 * likes: both run for who made them. Woven as the classes are loaded, by the packages' own names; relocated copies are
 * not known.
 */
public final class LibraryCarrying {

    /** What subscribers, observers and operators of Reactor and RxJava are called with. */
    private static final Row[] SUBSCRIBER = {
        new Row("<init>", null, Kind.MADE),
        new Row("onNext", "(Ljava/lang/Object;)", Kind.SIGNALS),
        new Row("tryOnNext", "(Ljava/lang/Object;)", Kind.SIGNALS),
        new Row("onSuccess", "(Ljava/lang/Object;)", Kind.SIGNALS),
        new Row("onError", "(Ljava/lang/Throwable;)", Kind.SIGNALS),
        new Row("onComplete", "()", Kind.SIGNALS)
    };

    private static final String RX = "io/reactivex/rxjava3/core/";

    private static final String VERTX_QUEUE = "io/vertx/core/impl/TaskQueue";
    private static final String LIMITED_DISPATCHER = "kotlinx/coroutines/internal/LimitedDispatcher";
    private static final Row[] WORKER = {new Row("run", "()", Kind.RUNS_QUEUED)};

    private LibraryCarrying() {}

    /** Returns whether something may be woven into a class of the application, by its internal name. */
    public static boolean targets(String className) {
        return switch (className.charAt(0)) {
            case 'r' -> className.startsWith("reactor/core/publisher/");
            case 'i' -> className.startsWith("io/reactivex/") || className.equals(VERTX_QUEUE);
            case 'k' -> className.startsWith("kotlin") && exact(className) != null;
            default -> false;
        };
    }

    private static Row @Nullable [] exact(String className) {
        return switch (className) {
            case "kotlin/coroutines/jvm/internal/BaseContinuationImpl" ->
                new Row[] {
                    new Row("<init>", null, Kind.MADE), new Row("resumeWith", "(Ljava/lang/Object;)", Kind.RESUMES)
                };
            // A plain Runnable that is handed to the dispatchers' own pool.
            case "kotlinx/coroutines/scheduling/TaskImpl" ->
                new Row[] {new Row("<init>", null, Kind.MADE), new Row("run", "()", Kind.RUNS_ONCE)};
            // Workers that take from a queue what any caller has put there.
            case LIMITED_DISPATCHER ->
                new Row[] {
                    new Row(
                            "dispatch",
                            "(Lkotlin/coroutines/CoroutineContext;Ljava/lang/Runnable;)",
                            Kind.QUEUES_SECOND),
                    new Row(
                            "dispatchYield",
                            "(Lkotlin/coroutines/CoroutineContext;Ljava/lang/Runnable;)",
                            Kind.QUEUES_SECOND)
                };
            case LIMITED_DISPATCHER + "$Worker" -> WORKER;
            // Blocking work in the order in which any caller has handed it over: whoever was first has the queue run.
            case VERTX_QUEUE ->
                new Row[] {
                    new Row("execute", "(Ljava/lang/Runnable;Ljava/util/concurrent/Executor;)", Kind.QUEUES),
                    new Row("run", "()", Kind.RUNS_QUEUED)
                };
            // Sources that a framework's tool call was turned into.
            case "reactor/core/publisher/MonoDefer" ->
                new Row[] {new Row("subscribe", "(Lreactor/core/CoreSubscriber;)", Kind.SUBSCRIBES)};
            case RX + "Single" -> new Row[] {new Row("subscribe", "(L" + RX + "SingleObserver;)", Kind.SUBSCRIBES)};
            case RX + "Maybe" -> new Row[] {new Row("subscribe", "(L" + RX + "MaybeObserver;)", Kind.SUBSCRIBES)};
            case RX + "Flowable" ->
                new Row[] {new Row("subscribe", "(L" + RX + "FlowableSubscriber;)", Kind.SUBSCRIBES)};
            default -> null;
        };
    }

    /**
     * Returns the woven class file of a target, or null if there is nothing to weave.
     *
     * @throws IllegalStateException if the class does not have what it is known for
     */
    public static byte @Nullable [] weave(String className, byte[] classFile) {
        return Woven.weave(className, classFile);
    }

    /** Apart, so that ASM is loaded with it: whether a class is a target is asked of every class. */
    private static final class Woven {

        private Woven() {}

        static byte @Nullable [] weave(String className, byte[] classFile) {
            ClassReader reader = new ClassReader(classFile);
            if ((reader.getAccess() & Opcodes.ACC_INTERFACE) != 0) {
                return null;
            }
            Row[] exact = exact(className);
            Row[] rows = exact == null ? SUBSCRIBER : exact;
            if (className.equals(LIMITED_DISPATCHER)
                    && Arrays.asList(reader.getInterfaces()).contains("java/lang/Runnable")) {
                // Up to 1.6 it is its own worker.
                rows = Arrays.copyOf(rows, rows.length + 1);
                rows[rows.length - 1] = WORKER[0];
            }
            ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
            List<String> missing = new ArrayList<>();
            reader.accept(CarryingWeave.visitor(className, rows, writer, missing), 0);
            if (exact != null && !missing.isEmpty()) {
                throw new IllegalStateException(String.join(", ", missing) + " is not there to weave");
            }
            // Without a signal, a constructor at most was met.
            return missing.size() >= rows.length - 1 && exact == null ? null : writer.toByteArray();
        }
    }
}
