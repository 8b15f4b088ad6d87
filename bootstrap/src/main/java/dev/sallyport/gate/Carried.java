package dev.sallyport.gate;

import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import jdk.internal.reflect.CallerSensitive;
import jdk.internal.reflect.Reflection;
import org.jspecify.annotations.Nullable;

/**
 * Carries the context of a thread with the work that it hands to others. The context lies beside the task, never around
 * it: queues, thread factories and rejection handlers see the object that the application gave them.
 *
 * <p>Work that was handed over outside of any agent runs outside of any agent, whatever the thread that runs it did
 * before. Where it cannot be told for whom a task runs, it runs for nobody.
 *
 * <p>Called by woven JDK code on any thread; nothing here throws, blocks or, before the first context is entered in this
 * JVM, does more than read a field.
 */
public final class Carried {

    private static volatile boolean active;

    private Carried() {}

    /** Held apart so that a JVM without contexts does not pay for the tables. */
    private static final class Tables {

        /** Tasks that are made for one run or one schedule, with the context that made them. */
        private static final WeakIdentityTable<AgentContext> MADE = new WeakIdentityTable<>(1 << 13);

        /** Plain {@code Runnable}s in the queues of thread pools. */
        private static final WeakIdentityTable<Pending> QUEUED = new WeakIdentityTable<>(1 << 10);

        /** Threads that were started and have not asked for their context yet. */
        private static final WeakIdentityTable<AgentContext> STARTED = new WeakIdentityTable<>(1 << 8);

        private Tables() {}
    }

    /**
     * A {@code Runnable} that is queued {@code count} times.
     *
     * @param context for whom; null for nobody
     * @param mixed whether it was queued for different contexts, so that it can run for none of them
     */
    private record Pending(@Nullable AgentContext context, int count, boolean mixed) {}

    /** Tells that contexts exist from now on. */
    static void activate() {
        if (!active) {
            active = true;
        }
    }

    /** Called where a task is made that runs for its maker: at the end of its constructor, or when it is scheduled. */
    public static void made(Object task) {
        if (active) {
            AgentContext context = handedOver();
            if (context != null) {
                Tables.MADE.put(task, context);
            }
        }
    }

    /** Called where such a task starts to run; pairs with {@link #end} or {@link #endOnce}. */
    @CallerSensitive
    public static void start(Object task) {
        if (active) {
            CurrentAgent.enterFor(task, Tables.MADE.get(task), Callers.SEEN ? Reflection.getCallerClass() : null);
        }
    }

    /** Called where a task that may run again returns or throws. */
    @CallerSensitive
    public static void end(Object task) {
        if (active) {
            CurrentAgent.leaveFor(task, Callers.SEEN ? Reflection.getCallerClass() : null);
            if (task instanceof Future<?> future && future.isDone()) {
                Tables.MADE.remove(task);
            }
        }
    }

    /** Called where a task that runs once returns or throws. */
    @CallerSensitive
    public static void endOnce(Object task) {
        if (active) {
            CurrentAgent.leaveFor(task, Callers.SEEN ? Reflection.getCallerClass() : null);
            Tables.MADE.remove(task);
        }
    }

    /**
     * Called where a thread pool is given a task.
     *
     * @return what the pool shall take: the task, but for a lambda that already waits for somebody else. The same
     *     lambda may come from many callers (one that captures nothing is a single object), and its identity is nothing
     *     that a program may rely on.
     */
    public static Runnable queued(Runnable task) {
        if (!active || carriedItself(task)) {
            return task;
        }
        AgentContext context = handedOver();
        for (; ; ) {
            Pending old = Tables.QUEUED.get(task);
            Pending now;
            if (old == null) {
                now = new Pending(context, 1, false);
            } else if (!old.mixed && old.context == context) {
                now = new Pending(context, old.count + 1, false);
            } else if (task.getClass().isHidden()) {
                return new CarriedRunnable(task, context);
            } else {
                now = new Pending(null, old.count + 1, true);
            }
            if (Tables.QUEUED.replace(task, old, now)) {
                return task;
            }
        }
    }

    /** Called where a thread pool rejects a task that it was given. */
    public static void rejected(Runnable task) {
        if (active && !carriedItself(task)) {
            taken(task);
        }
    }

    /**
     * Called by a thread pool right before {@code task.run()}; pairs with {@link #ran}. Two calls and not one around the
     * task, so that the application's stack traces stay as they are.
     */
    @CallerSensitive
    public static void runs(Runnable task) {
        if (active && !carriedItself(task)) {
            CurrentAgent.enterFor(task, taken(task), Callers.SEEN ? Reflection.getCallerClass() : null);
        }
    }

    /** Called by a thread pool when such a task has returned or thrown. */
    @CallerSensitive
    public static void ran(Runnable task) {
        if (active && !carriedItself(task)) {
            CurrentAgent.leaveFor(task, Callers.SEEN ? Reflection.getCallerClass() : null);
        }
    }

    /**
     * Called where something is signalled that the context which made it is listening for: a reactive subscriber, a
     * suspended coroutine. Whoever signals, it runs for who made it. Pairs with {@link #signalled}.
     */
    @CallerSensitive
    public static void signal(Object receiver) {
        if (active) {
            Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
            CurrentAgent.enterSignal(receiver, Tables.MADE.get(receiver), caller);
        }
    }

    /**
     * Called where a coroutine is resumed, whoever resumes it. Pairs with {@link #signalled}; between the two,
     * {@link #continues} says whose body comes next.
     */
    @CallerSensitive
    public static void resumes(Object continuation) {
        if (active) {
            Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
            CurrentAgent.enterResumed(continuation, Tables.MADE.get(continuation), caller);
        }
    }

    /**
     * Called in a coroutine that was resumed before each body that runs: its own, then that of the one that waited for it, and
     * so on. Each runs for who made it.
     */
    @CallerSensitive
    public static void continues(Object continuation) {
        if (active) {
            Class<?> caller = Callers.SEEN ? Reflection.getCallerClass() : null;
            CurrentAgent.enterNext(continuation, Tables.MADE.get(continuation), caller);
        }
    }

    /** Called where the signal has been taken, or taking it throws. */
    @CallerSensitive
    public static void signalled(Object receiver) {
        if (active) {
            CurrentAgent.leaveOwned(receiver, Callers.SEEN ? Reflection.getCallerClass() : null);
        }
    }

    /**
     * Called where a reactive source is subscribed to: if it was {@link #made} for a context, it runs in that one, else in
     * the subscriber's. Pairs with {@link #signalled}.
     */
    @CallerSensitive
    public static void subscribes(Object source) {
        if (active) {
            AgentContext context = Tables.MADE.get(source);
            if (context != null) {
                CurrentAgent.enterSignal(source, context, Callers.SEEN ? Reflection.getCallerClass() : null);
            }
        }
    }

    /** Called by a timer in place of {@code task.run()}. */
    public static void runScheduled(Runnable task) {
        start(task);
        try {
            task.run();
        } finally {
            end(task);
        }
    }

    /** Called in place of {@code task.run()} by a worker that takes from a queue what {@link #queued} was told of. */
    public static void runQueued(Runnable task) {
        runs(task);
        try {
            task.run();
        } finally {
            ran(task);
        }
    }

    /** Called where a platform thread is started; {@code task} is what it was made with, null if it overrides run. */
    public static void threadStarted(Thread thread, @Nullable Runnable task) {
        if (active) {
            AgentContext context = handedOver();
            if (context != null && !Workers.serveAll(task == null ? thread.getClass() : task.getClass())) {
                Tables.STARTED.put(thread, context);
            }
        }
    }

    /** Called where a virtual thread is started: these are never pooled. */
    public static void virtualThreadStarted(Thread thread) {
        if (active) {
            AgentContext context = handedOver();
            if (context != null) {
                Tables.STARTED.put(thread, context);
            }
        }
    }

    /** Returns the context that the calling thread was started in, once; null if nobody's. */
    static @Nullable AgentContext startedIn(Thread thread) {
        if (!active) {
            return null;
        }
        AgentContext context = Tables.STARTED.get(thread);
        if (context != null) {
            Tables.STARTED.remove(thread);
        }
        return context;
    }

    /** Whether the task's own class is woven with {@link #start}. */
    private static boolean carriedItself(Runnable task) {
        return task instanceof FutureTask<?> || task instanceof ForkJoinTask<?> || task instanceof CarriedRunnable;
    }

    private static @Nullable AgentContext handedOver() {
        AgentContext context = CurrentAgent.get();
        return context == null ? null : context.carried();
    }

    private static @Nullable AgentContext taken(Runnable task) {
        for (; ; ) {
            Pending old = Tables.QUEUED.get(task);
            if (old == null) {
                return null;
            }
            Pending now = old.count == 1 ? null : new Pending(old.context, old.count - 1, old.mixed);
            if (Tables.QUEUED.replace(task, old, now)) {
                return old.context;
            }
        }
    }

    /** A lambda with the context that it runs in, for when the same lambda waits for several. */
    private record CarriedRunnable(Runnable task, @Nullable AgentContext context) implements Runnable {

        @Override
        public void run() {
            CurrentAgent.enterFor(this, context, CarriedRunnable.class);
            try {
                task.run();
            } finally {
                CurrentAgent.leaveFor(this, CarriedRunnable.class);
            }
        }
    }
}
