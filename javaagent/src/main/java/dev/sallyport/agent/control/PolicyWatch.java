package dev.sallyport.agent.control;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches what the policy is made of, and the file in which operators say what is to change at once, by looking every few
 * milliseconds.
 *
 * <p>A changed policy is taken when its file has stood still for one more look, so that a half-written one is not. The state
 * file says what must not wait: it is taken as soon as it is seen, and once more when it has stood still.
 */
public final class PolicyWatch extends Thread {

    private static final long LOOK_NANOS = 10_000_000;
    private static final long NEXT_LOOK_NANOS = 2_000_000;
    /** A file that does not load may still be being written; after so many quiet looks it is not. */
    private static final int QUIET_LOOKS = 20;

    /** Puts in force what has changed; called on the thread that watches. */
    public interface Changes {

        /**
         * Loads the policy.
         *
         * @param last whether a failure is to be told, since nothing more is being written
         * @return whether it loaded
         */
        boolean policy(boolean last);

        /**
         * Reads the state file.
         *
         * @param settled whether it has stood still; before, it may be half written
         */
        void state(boolean settled);

        /** Does what neither file says: called at each look. */
        void look();
    }

    private final FileWatch policy;
    private final FileWatch state;
    private final Changes changes;

    /** Creates the watch; what the files are now counts as in force, so read them after this. */
    public PolicyWatch(List<Path> policy, Path state, Changes changes) {
        super(null, null, "sallyport-policy", 0, false);
        this.policy = new FileWatch(policy);
        this.state = new FileWatch(List.of(state));
        this.changes = changes;
        setDaemon(true);
        setContextClassLoader(PolicyWatch.class.getClassLoader());
    }

    @Override
    public void run() {
        while (true) {
            // Any code of the JVM can interrupt any thread; with the flag set, parking would return at once, for ever.
            interrupted();
            LockSupport.parkNanos(LOOK_NANOS);
            lookAtState();
            changes.look();
            lookAtPolicy();
        }
    }

    private void lookAtState() {
        boolean settled = false;
        while (state.look() && !settled) {
            settled = state.quiet() > 0;
            changes.state(settled);
            if (settled) {
                state.taken();
            } else {
                LockSupport.parkNanos(NEXT_LOOK_NANOS);
            }
        }
    }

    private void lookAtPolicy() {
        if (!policy.look()) {
            return;
        }
        boolean last = policy.quiet() == QUIET_LOOKS;
        if ((last || policy.quiet() == 1) && (changes.policy(last) || last)) {
            policy.taken();
        }
    }
}
