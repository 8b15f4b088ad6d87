package dev.sallyport.gate;

import jdk.internal.reflect.CallerSensitive;
import jdk.internal.reflect.Reflection;
import org.jspecify.annotations.Nullable;

/** The context that each thread acts in: a stack of frames, of which the innermost counts. */
public final class CurrentAgent {

    private static final ThreadLocal<@Nullable Frame> CURRENT = new Stack();

    private CurrentAgent() {}

    /** One entered context of one thread. A frame with a null context says that the thread acts for no agent. */
    public static final class Frame {

        private final @Nullable AgentContext context;
        private final @Nullable Frame outer;
        private final @Nullable Object owner;
        private final @Nullable Class<?> by;

        private Frame(
                @Nullable AgentContext context, @Nullable Frame outer, @Nullable Object owner, @Nullable Class<?> by) {
            this.context = context;
            this.outer = outer;
            this.owner = owner;
            this.by = by;
        }
    }

    /** A thread begins in the context that it was started in. */
    private static final class Stack extends ThreadLocal<@Nullable Frame> {

        @Override
        protected @Nullable Frame initialValue() {
            AgentContext started = Carried.startedIn(Thread.currentThread());
            return started == null ? null : new Frame(started, null, null, null);
        }
    }

    /** Returns the calling thread's context, or null outside of any agent, tool and request. */
    public static @Nullable AgentContext get() {
        Frame frame = CURRENT.get();
        return frame == null ? null : frame.context;
    }

    /** Makes {@code context} the calling thread's until the returned frame is left by the class that enters it. */
    static Frame enter(@Nullable AgentContext context, @Nullable Object owner, @Nullable Class<?> by) {
        if (context != null && context.concernsOtherThreads()) {
            Carried.activate();
        }
        Frame frame = new Frame(context, CURRENT.get(), owner, by);
        CURRENT.set(frame);
        return frame;
    }

    /** Makes {@code context} (null: none) the calling thread's while it runs {@code task}. */
    static void enterFor(Object task, @Nullable AgentContext context, @Nullable Class<?> by) {
        Frame frame = CURRENT.get();
        if (frame != null || context != null) {
            AgentContext before = frame == null ? null : frame.context;
            CURRENT.set(new Frame(Callers.admitted(before, context, by), frame, task, by));
        }
    }

    /** Leaves what {@link #enterFor} entered, and all that the task entered and did not leave. */
    static void leaveFor(Object task, @Nullable Class<?> by) {
        Frame frame = CURRENT.get();
        if (frame == null) {
            return;
        }
        for (Frame f = frame; f != null; f = f.outer) {
            if (f.owner == task) {
                leaveWith(f, by);
                return;
            }
        }
        // Nothing was entered because there was no frame before: what is there now, the task has left behind.
        CURRENT.set(null);
    }

    /**
     * Makes {@code context} (null: none) the calling thread's while {@code receiver} is signalled. A thread that acts for
     * the same agent and tool already keeps the request that it may be in.
     */
    static void enterSignal(Object receiver, @Nullable AgentContext context, @Nullable Class<?> by) {
        Frame frame = CURRENT.get();
        AgentContext before = frame == null ? null : frame.context;
        if (frame != null) {
            boolean same = AgentContext.sameActor(before, context);
            CURRENT.set(new Frame(same ? before : Callers.admitted(before, context, by), frame, receiver, by));
        } else if (context != null) {
            CURRENT.set(new Frame(Callers.admitted(null, context, by), null, receiver, by));
        }
    }

    /** The same, with a frame in any case: more may be entered until it is left. */
    static void enterResumed(Object receiver, @Nullable AgentContext context, @Nullable Class<?> by) {
        Frame frame = CURRENT.get();
        AgentContext before = frame == null ? null : frame.context;
        boolean same = frame != null && AgentContext.sameActor(before, context);
        CURRENT.set(new Frame(same ? before : Callers.admitted(before, context, by), frame, receiver, by));
    }

    /** Makes {@code context} (null: none) the calling thread's inside of what {@link #enterResumed} entered. */
    static void enterNext(Object receiver, @Nullable AgentContext context, @Nullable Class<?> by) {
        Frame frame = CURRENT.get();
        if (frame != null && frame.owner != receiver) {
            enterResumed(receiver, context, by);
        }
    }

    /** Returns whether the innermost frame of the calling thread is a call of this tool with this very arguments object. */
    static boolean isInnermost(String tool, Object arguments) {
        Frame frame = CURRENT.get();
        return frame != null && frame.owner == arguments && frame.context != null && tool.equals(frame.context.tool());
    }

    /**
     * Leaves the frame that {@link #enter} was given {@code owner} for, and all that were entered
     * inside it. If the application has closed a scope around it meanwhile, it is gone, and nothing more is left: the
     * next frame belongs to somebody else.
     */
    static void leaveOwned(Object owner, @Nullable Class<?> by) {
        for (Frame f = CURRENT.get(); f != null; f = f.outer) {
            if (f.owner == owner) {
                leaveWith(f, by);
                return;
            }
        }
    }

    /** Returns whether it was this class that entered {@code frame}; true where nobody can tell. */
    static boolean wasEnteredBy(Frame frame, @Nullable Class<?> by) {
        return by == null || frame.by == by;
    }

    /** Returns the context that was entered with {@code frame}. */
    static @Nullable AgentContext contextOf(Frame frame) {
        return frame.context;
    }

    /** Returns the context of the frame that the calling thread entered right after {@code mark}; null if it has not. */
    static @Nullable AgentContext enteredAfter(@Nullable Frame mark) {
        for (Frame f = CURRENT.get(); f != null && f != mark; f = f.outer) {
            if (f.outer == mark) {
                return f.context;
            }
        }
        return null;
    }

    /** Returns the context of the innermost frame that was entered with {@code owner}; null if there is none. */
    static @Nullable AgentContext enteredWith(Object owner) {
        for (Frame f = CURRENT.get(); f != null; f = f.outer) {
            if (f.owner == owner) {
                return f.context;
            }
        }
        return null;
    }

    /**
     * Leaves {@code frame} and all that were entered inside it; nothing happens on a thread that is not inside it, and nothing
     * where another class than the one that entered it would gain something by that.
     */
    @CallerSensitive
    public static void leave(Frame frame) {
        leave(frame, Callers.SEEN ? Reflection.getCallerClass() : null);
    }

    static void leave(Frame frame, @Nullable Class<?> by) {
        for (Frame f = CURRENT.get(); f != null; f = f.outer) {
            if (f == frame) {
                leaveWith(f, by);
                return;
            }
        }
    }

    /** Returns what {@link #reset} takes to bring the calling thread back to where it is now; null for no frame. */
    static @Nullable Frame mark() {
        return CURRENT.get();
    }

    /**
     * Leaves everything that the calling thread entered since {@code mark}. A mark that is none of this thread's says nothing
     * about it.
     */
    static void reset(@Nullable Frame mark, @Nullable Class<?> by) {
        for (Frame f = CURRENT.get(); f != null && f != mark; f = f.outer) {
            if (f.outer == mark) {
                leaveWith(f, by);
                return;
            }
        }
    }

    /** What a class entered it may leave; another one only where the thread gains no rights by that. */
    private static void leaveWith(Frame frame, @Nullable Class<?> by) {
        Frame outer = frame.outer;
        if (by == frame.by || !AgentContext.gains(get(), outer == null ? null : outer.context)) {
            CURRENT.set(outer);
        }
    }
}
