package dev.sallyport.gate;

import org.jspecify.annotations.Nullable;

/** The context that each thread acts in: a stack of frames, of which the innermost counts. */
public final class CurrentAgent {

    private static final ThreadLocal<@Nullable Frame> CURRENT = new ThreadLocal<>();

    private CurrentAgent() {}

    /** One entered context of one thread. A frame with a null context says that the thread acts for no agent. */
    public static final class Frame {

        private final @Nullable AgentContext context;
        private final @Nullable Frame outer;

        private Frame(@Nullable AgentContext context, @Nullable Frame outer) {
            this.context = context;
            this.outer = outer;
        }
    }

    /** Returns the calling thread's context, or null outside of any agent, tool and request. */
    public static @Nullable AgentContext get() {
        Frame frame = CURRENT.get();
        return frame == null ? null : frame.context;
    }

    /** Makes {@code context} the calling thread's until the returned frame is left. */
    static Frame enter(@Nullable AgentContext context) {
        Frame frame = new Frame(context, CURRENT.get());
        CURRENT.set(frame);
        return frame;
    }

    /** Leaves the innermost frame. */
    static void leave() {
        Frame frame = CURRENT.get();
        if (frame != null) {
            restore(frame.outer);
        }
    }

    /** Leaves {@code frame} and all that were entered inside it; nothing happens on a thread that is not inside it. */
    public static void leave(Frame frame) {
        for (Frame f = CURRENT.get(); f != null; f = f.outer) {
            if (f == frame) {
                restore(frame.outer);
                return;
            }
        }
    }

    private static void restore(@Nullable Frame outer) {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }
}
