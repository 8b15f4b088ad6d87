package dev.sallyport.agent.audit;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Policy;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lossless record of what was decided. Application threads put events into a bounded ring; one daemon thread turns
 * them into lines and writes them in batches.
 *
 * <p>An entry is on its way to the file before the call it tells of happens, and in the file within a few milliseconds;
 * from the JVM's shutdown on, before the call happens. What {@code Runtime.halt} or a crash can cost is what was offered
 * in the last milliseconds; {@code System.exit}, a normal end and an uncaught exception cost nothing.
 */
public final class Journal implements AutoCloseable {

    static final int CAPACITY = 8_192;

    private static final long DRAIN_NANOS = 2_000_000_000L;
    private static final long WAIT_NANOS = 200_000L;

    private final File file;
    private final Ring ring = new Ring(CAPACITY);
    private final DecisionId.Source ids;
    private final JournalWriter writer;
    private final AtomicLong lost = new AtomicLong();
    private volatile Policy.OnFull onFull;
    private volatile boolean closing;
    private volatile long closingSince;
    private volatile long policySince = System.nanoTime();
    private @Nullable Thread hook;

    /** Creates a journal that writes to {@code sink}; {@code file} is what messages call it. */
    Journal(JournalWriter.Sink sink, File file, Policy.OnFull onFull, DecisionId.Source ids) {
        this.file = file;
        this.ids = ids;
        this.onFull = onFull;
        this.writer = new JournalWriter(sink, file.getPath(), ring, ids, lost);
    }

    /**
     * Creates the journal's file, and {@code dir} where it is missing. Nothing is written before {@link #start()}.
     *
     * @param dir the directory of journals
     * @param onFull what becomes of calls that cannot be recorded
     * @param ids where the ids of the journal's own entries come from
     * @throws JournalException if the file cannot be created
     */
    public static Journal open(Path dir, Policy.OnFull onFull, DecisionId.Source ids) throws JournalException {
        JournalFile file = JournalFile.create(dir.toFile(), System.currentTimeMillis());
        return new Journal(file, file.file(), onFull, ids);
    }

    /** Starts the writer, and has the JVM's shutdown wait until everything is written, for 2 s at most. */
    public void start() {
        writer.start();
        hook = new Drain(this);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Hands each event, once it is written, to {@code listener} too, on the writer's thread; null for none. */
    public void tell(@Nullable Listener listener) {
        writer.tell(listener);
    }

    /** Sees events after they were written. */
    public interface Listener {

        /** Called on the writer's thread, which it must not hold up; what it throws is ignored. */
        void written(Event event);
    }

    /**
     * Records a decision; wait-free on any thread, but that with {@code onFull: block} it waits for room, and that during
     * the JVM's shutdown it returns when the entry is in the file.
     *
     * @return false if it could not be recorded and the call must therefore be denied; with {@code onFull: drop} it is
     *     counted instead, and true returned
     */
    public boolean offer(Event event) {
        if (!writer.failing()) {
            Ring.Offer offer = ring.offer(event);
            if (offer != Ring.Offer.REFUSED) {
                if (offer == Ring.Offer.CROWDED || writer.asleep() || event.urgent()) {
                    LockSupport.unpark(writer);
                }
                if (closing && !writer.failing()) {
                    awaitWritten(ring.tail());
                }
                return true;
            }
        }
        return full(event);
    }

    /**
     * Records how an allowed tool call ended; wait-free on any thread. Where there is no room it is counted as lost.
     *
     * @param of the id of the decision that allowed it
     * @param policy the policy in force
     * @param tool the context of the call
     * @param error the class of what was thrown, or {@code result} where the tool answered that it failed; null if it went well
     * @param nanos how long it took, in nanoseconds
     */
    public void ended(DecisionId of, Policy policy, AgentContext tool, @Nullable String error, long nanos) {
        long now = now();
        if (ring.offer(new CallOutcome(ids.next(now / 1_000_000), now, of, policy, tool, error, nanos))
                == Ring.Offer.REFUSED) {
            lost.incrementAndGet();
        } else if (closing && !writer.failing()) {
            awaitWritten(ring.tail());
        } else if (writer.asleep()) {
            LockSupport.unpark(writer);
        }
    }

    /** Records that {@code policy} is in force from now on; at start and after each reload. */
    public void inForce(Policy policy) {
        onFull = policy.audit().onFull();
        policySince = System.nanoTime();
        put(new PolicyChange(ids.next(System.currentTimeMillis()), now(), policy, null));
    }

    /**
     * Records that a policy was rejected.
     *
     * @param kept the policy that stays in force; null if there is none and every call is denied
     * @param problem what is wrong with the rejected one
     */
    public void rejected(@Nullable Policy kept, String problem) {
        put(new PolicyChange(ids.next(System.currentTimeMillis()), now(), kept, problem));
    }

    /**
     * Records that somebody was stopped or released.
     *
     * @param agent who, null for everybody
     * @param stopped whether stopped, not released
     * @param reason who did it, and why
     */
    public void killed(Policy inForce, @Nullable String agent, boolean stopped, String reason) {
        String rule = BuiltIn.KILL_SWITCH.id();
        DecisionId id = ids.next(System.currentTimeMillis());
        put(new ControlChange(id, now(), "kill", inForce, agent, stopped ? "deny" : "allow", rule, reason));
    }

    /**
     * Records what else an operator has changed, or tried to.
     *
     * @param rule the rule that is concerned, null if none is
     * @param counts whether it was done
     */
    public void changed(Policy inForce, @Nullable String rule, boolean counts, String reason) {
        DecisionId id = ids.next(System.currentTimeMillis());
        put(new ControlChange(id, now(), "policy", inForce, null, counts ? "allow" : "deny", rule, reason));
    }

    /**
     * Records what happened to a file that the policy in force names.
     *
     * @param alarm whether somebody should look after it
     * @param news a sentence about it
     */
    public void fileChanged(Policy policy, Path named, boolean alarm, String news) {
        put(new PolicyChange(
                ids.next(System.currentTimeMillis()), now(), policy, alarm ? news : null, named, alarm ? null : news));
    }

    /** Returns the journal's file. */
    public Path file() {
        return file.toPath();
    }

    /** Returns how many entries wait to be written; between 0 and the ring's {@value #CAPACITY}. */
    public long queued() {
        return ring.tail() - ring.head();
    }

    /** Returns how many entries were lost so far because the writer was behind or the file could not be written. */
    public long lost() {
        return lost.get();
    }

    /** Returns for how long the policy in force has been so, in seconds. */
    double policyAgeSeconds() {
        return (System.nanoTime() - policySince) / 1e9;
    }

    /** Returns the time in nanoseconds since the epoch, as {@link Event#epochNanos()} wants it. */
    public static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Writes what is left and closes the file. Later offers are lost. */
    @Override
    public void close() {
        drain();
        writer.end();
        Thread registered = hook;
        if (registered != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(registered);
            } catch (IllegalStateException shuttingDown) {
                // the hook runs already, and finds nothing left to do
            }
        }
    }

    /** Returns when all that was offered is in the file, after 2 s at the latest. */
    void drain() {
        closingSince = System.nanoTime();
        closing = true;
        awaitWritten(ring.tail());
    }

    private void put(Evidence evidence) {
        while (ring.offer(evidence) == Ring.Offer.REFUSED) {
            if (expired()) {
                lost.incrementAndGet();
                return;
            }
            pause();
        }
        LockSupport.unpark(writer);
        if (closing && !writer.failing()) {
            awaitWritten(ring.tail());
        }
    }

    private boolean full(Event event) {
        switch (onFull) {
            case DENY -> {
                lost.incrementAndGet();
                return false;
            }
            case DROP -> {
                lost.incrementAndGet();
                return true;
            }
            case BLOCK -> {
                while (writer.failing() && !expired()) {
                    pause();
                }
                put(event);
            }
        }
        return true;
    }

    private void awaitWritten(long position) {
        long since = System.nanoTime();
        LockSupport.unpark(writer);
        while (writer.isAlive() && writer.written() < position && System.nanoTime() - since < DRAIN_NANOS) {
            pause();
        }
    }

    private boolean expired() {
        return closing && System.nanoTime() - closingSince > DRAIN_NANOS;
    }

    private void pause() {
        if (Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        LockSupport.unpark(writer);
    }

    /** Has the JVM's shutdown wait for the journal. */
    private static final class Drain extends Thread {

        private final Journal journal;

        Drain(Journal journal) {
            super(null, null, "sallyport-journal-drain", 0, false);
            this.journal = journal;
            setContextClassLoader(Journal.class.getClassLoader());
        }

        @Override
        public void run() {
            journal.drain();
        }
    }
}
