package dev.sallyport.agent.audit;

/**
 * Measures how long the gate takes to decide, where that is exported: from when a call comes to the gate to when it is handed to
 * the journal. Stands still until {@link #run}. Each thread measures its own decisions; takes no lock, and allocates nothing after
 * the first decision of a thread.
 */
public final class DecisionClock {

    private static final ThreadLocal<long[]> BEGAN = new PerThread();

    private static volatile boolean runs;

    private DecisionClock() {}

    private static final class PerThread extends ThreadLocal<long[]> {

        @Override
        protected long[] initialValue() {
            return new long[1];
        }
    }

    /** Begins to measure, for the rest of the JVM's life. */
    static void run() {
        runs = true;
    }

    /** Returns whether decisions are measured. */
    public static boolean runs() {
        return runs;
    }

    /** Notes that a call has come to the gate on this thread. */
    public static void begin() {
        BEGAN.get()[0] = System.nanoTime();
    }

    /** Returns how long ago that was, in nanoseconds, once; -1 if nobody has noted it. */
    public static long took() {
        long[] began = BEGAN.get();
        long took = began[0] == 0 ? -1 : System.nanoTime() - began[0];
        began[0] = 0;
        return took;
    }
}
