package dev.sallyport.agent;

import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.exit.Exits;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.Weaver;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Proves again and again that the gate stands: right after the start at the exits that the start did not wait for, and from
 * then on at all of them, by the calls of the self-test. An agent on the command line, which the machine's owner put there,
 * can hand the JVM the original bytes of a woven class whenever it likes; nothing else would tell.
 *
 * <p>When an exit is found open, the journal has it and standard error says which. The JVM then stops, as it would have at
 * the start, unless it only monitors or the policy says {@code onError: allow}.
 */
final class Canary extends Thread {

    private static final long NOT_BEFORE_MILLIS = 500;

    /** How long the journal may take to write what it has, before the JVM stops without it. */
    private static final long CLOSING_MILLIS = 5_000;

    private final Weaver weaver;
    private final Instrumentation instrumentation;
    private final GateEnforcer enforcer;
    private final Enforcement enforcement;
    private final Journal journal;
    private final AgentLog log;
    private final long everyMillis;
    /** One thread proves at a time. Any code of the JVM can hold the monitor of any thread. */
    private final Object proving = new Object();

    private String told = "";

    /**
     * Creates it.
     *
     * @param everySeconds the time between two proofs
     */
    Canary(
            Weaver weaver,
            Instrumentation instrumentation,
            GateEnforcer enforcer,
            Enforcement enforcement,
            Journal journal,
            AgentLog log,
            int everySeconds) {
        super(null, null, "sallyport-canary", 0, false);
        this.weaver = weaver;
        this.instrumentation = instrumentation;
        this.enforcer = enforcer;
        this.enforcement = enforcement;
        this.journal = journal;
        this.log = log;
        this.everyMillis = everySeconds * 1_000L;
        setDaemon(true);
        setContextClassLoader(Canary.class.getClassLoader());
    }

    @Override
    public void run() {
        weaver.weaveRightAfterStart(instrumentation, Exits.rightAfterStart());
        // A program that ends within this time has not been held up by it.
        rest(NOT_BEFORE_MILLIS);
        prove(Guard.Proof.AFTER_START);
        while (true) {
            rest(everyMillis);
            prove(Guard.Proof.AT_START);
            prove(Guard.Proof.AFTER_START);
        }
    }

    /** Any code of the JVM can interrupt any thread, so that is no reason to come early. */
    private static void rest(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            try {
                sleep(left);
            } catch (InterruptedException e) {
                // the flag is cleared, and the rest of the time is slept
            }
        }
    }

    /** Returns a sentence for each exit at which the gate does not stand; on any thread. */
    List<String> open() {
        List<String> open = new ArrayList<>(open(Guard.Proof.AT_START));
        open.addAll(open(Guard.Proof.AFTER_START));
        return open;
    }

    private List<String> open(Guard.Proof turn) {
        synchronized (proving) {
            try {
                return SelfTest.run(weaver, enforcer, turn);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                return List.of("the proof itself failed: " + e);
            }
        }
    }

    private void prove(Guard.Proof turn) {
        List<String> open = open(turn);
        if (!open.isEmpty()) {
            alarm("the gate no longer stands:\n  " + String.join("\n  ", open));
        }
    }

    private void alarm(String what) {
        Policy policy = enforcement.snapshot().policy();
        boolean stops = policy.mode() == Mode.ENFORCE && !policy.onErrorAllow();
        if (!what.equals(told)) {
            told = what;
            journal.rejected(policy, what);
            String then = stops
                    ? "the JVM stops, since calls would pass by; defaults.onError: allow would let it go on"
                    : "the JVM goes on, since it only monitors or defaults.onError is allow";
            log.error(what + "\n" + then);
        }
        if (stops) {
            // ends though somebody holds the monitor of the journal's thread, on which closing waits
            Thread closing = new Thread(null, journal::close, "sallyport-closing", 0, false);
            closing.setDaemon(true);
            closing.start();
            long end = System.nanoTime() + CLOSING_MILLIS * 1_000_000;
            while (closing.isAlive() && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(1_000_000);
            }
            Runtime.getRuntime().halt(Premain.EX_CONFIG);
        }
    }
}
