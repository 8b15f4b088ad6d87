package dev.sallyport.agent.audit;

import dev.sallyport.journal.JournalEncoder;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The journal's one writer: takes evidence out of the ring, makes lines of it, and writes them a batch at a time.
 *
 * <p>While there is work it looks every {@value #BUSY_NANOS} ns, so that nobody has to wake it; after {@value #PATIENCE}
 * looks in vain it sleeps, and the next offer wakes it.
 */
final class JournalWriter extends Thread {

    /** Where lines go. */
    interface Sink {

        /** Appends whole lines; after a failure the same lines are given again. */
        void append(byte[] lines, int length) throws IOException;

        void close() throws IOException;
    }

    private static final int BATCH = 1_024;
    private static final long BUSY_NANOS = 2_000_000L;
    private static final int PATIENCE = 10;
    private static final long ASLEEP_NANOS = 1_000_000_000L;
    private static final long RETRY_NANOS = 100_000_000L;

    private final Sink sink;
    private final String path;
    private final Ring ring;
    private final DecisionId.Source ids;
    private final AtomicLong lost;
    private final PrintStream alarms = System.err;
    private volatile Journal.@Nullable Listener listener;
    private volatile boolean failing;
    private volatile boolean asleep;
    private volatile boolean ending;
    private volatile long written;

    JournalWriter(Sink sink, String path, Ring ring, DecisionId.Source ids, AtomicLong lost) {
        super(null, null, "sallyport-journal", 0, false);
        this.sink = sink;
        this.path = path;
        this.ring = ring;
        this.ids = ids;
        this.lost = lost;
        setDaemon(true);
        setContextClassLoader(JournalWriter.class.getClassLoader());
    }

    void tell(Journal.@Nullable Listener events) {
        listener = events;
    }

    /** Returns whether the file cannot be written just now. */
    boolean failing() {
        return failing;
    }

    /** Returns whether the writer has to be woken for an offer. */
    boolean asleep() {
        return asleep;
    }

    /** Returns how many of the ring's entries are in the file. */
    long written() {
        return written;
    }

    /** Ends the thread when the ring is empty, and closes the file. */
    void end() {
        ending = true;
        LockSupport.unpark(this);
        boolean interrupted = false;
        while (isAlive()) {
            try {
                join(2_000);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        new Work().run();
    }

    /** What only the writer's thread needs; made there, so that its classes load beside the application's start. */
    private final class Work {

        private final JournalEncoder encoder = new JournalEncoder();
        private final EventRenderer renderer = new EventRenderer();
        private final ArrayList<Event> events = new ArrayList<>(BATCH);
        private long lostAndTold;

        void run() {
            int vain = 0;
            while (true) {
                // With the status set, as any code of the JVM can, parking would return at once, for ever.
                interrupted();
                int taken = batch();
                if (taken > 0) {
                    vain = 0;
                    if (taken < BATCH && !ending) {
                        LockSupport.parkNanos(BUSY_NANOS);
                    }
                } else if (ending) {
                    break;
                } else if (++vain < PATIENCE) {
                    LockSupport.parkNanos(BUSY_NANOS);
                } else {
                    asleep = true;
                    if (ring.isEmpty()) {
                        LockSupport.parkNanos(ASLEEP_NANOS);
                    }
                    asleep = false;
                }
            }
            try {
                sink.close();
            } catch (IOException e) {
                alarm("sallyport: closing the journal " + path + " failed: " + e.getMessage());
            }
        }

        /** Writes what waits, one batch at most; returns how many entries that were. */
        private int batch() {
            int taken = 0;
            while (taken < BATCH) {
                Evidence evidence = ring.poll();
                if (evidence == null) {
                    break;
                }
                taken++;
                append(evidence);
                if (evidence instanceof Event event) {
                    events.add(event);
                }
            }
            tellLosses();
            if (encoder.length() > 0) {
                flush();
            }
            written = ring.head();
            tellListener();
            return taken;
        }

        private void append(Evidence evidence) {
            int before = encoder.length();
            try {
                JournalEntry entry = evidence instanceof Event event
                        ? renderer.entry(event)
                        : evidence instanceof CallOutcome outcome
                                ? renderer.entry(outcome)
                                : evidence instanceof PolicyChange change
                                        ? renderer.entry(change)
                                        : renderer.entry((ControlChange) evidence);
                encoder.append(entry);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                encoder.cutTo(before);
                lost.incrementAndGet();
                lostAndTold++;
                encoder.append(renderer.about(
                        ids.next(System.currentTimeMillis()),
                        Journal.now(),
                        1,
                        "decision " + evidence.id() + " could not be told: " + e));
            }
        }

        private void tellLosses() {
            long now = lost.get();
            if (now != lostAndTold && !failing) {
                encoder.append(
                        renderer.about(
                                ids.next(System.currentTimeMillis()),
                                Journal.now(),
                                now - lostAndTold,
                                "decisions that were not recorded, because the writer was behind or the file could not be written"));
                lostAndTold = now;
            }
        }

        /** Writes the encoded lines, and tries again until it succeeds; nothing that was encoded is given up before the end. */
        private void flush() {
            while (true) {
                try {
                    sink.append(encoder.buffer(), encoder.length());
                    encoder.clear();
                    if (failing) {
                        failing = false;
                        alarm("sallyport: the journal " + path + " is written again");
                    }
                    return;
                } catch (IOException e) {
                    if (!failing) {
                        failing = true;
                        alarm("sallyport: the journal " + path + " cannot be written: " + e.getMessage()
                                + ". Until it can, calls are treated as audit.onFull says (deny, if it says nothing)."
                                + " Free space or repair the directory; writing resumes by itself.");
                    }
                    if (ending) {
                        encoder.clear();
                        return;
                    }
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }

        private void tellListener() {
            Journal.Listener to = listener;
            if (to != null) {
                try {
                    for (int i = 0; i < events.size(); i++) {
                        to.written(events.get(i));
                    }
                } catch (RuntimeException | LinkageError e) {
                    listener = null;
                    alarm("sallyport: exporting decisions failed and stops: " + e);
                }
            }
            events.clear();
        }
    }

    private void alarm(String message) {
        alarms.println(message);
    }
}
