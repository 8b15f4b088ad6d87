package dev.sallyport.agent.control;

import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.load.FeedLook;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Watches the files that the policy in force rests on: feeds, service tags. Beside the watch of the policy itself, so that a list
 * of a million lines that is being read keeps no change of the policy waiting. Runs only once a policy names such files.
 */
public final class FeedWatch extends Thread {

    private static final long LOOK_MILLIS = 500;

    /** Says what is in force. */
    public interface InForce {

        /** Returns the engine in force; null before there is one. */
        @Nullable
        PolicyEngine engine();
    }

    private final InForce inForce;
    private final AgentLog log;
    private final AtomicReference<FeedLook.@Nullable Found> found = new AtomicReference<>();
    private @Nullable String failing;

    /** Creates the watch; it looks from {@link #start()} on. */
    public FeedWatch(InForce inForce, AgentLog log) {
        super(null, null, "sallyport-feeds", 0, false);
        this.inForce = inForce;
        this.log = log;
        setDaemon(true);
        setContextClassLoader(FeedWatch.class.getClassLoader());
    }

    /** Returns what was found since it was last asked, null if nothing was; for the thread that changes what is in force. */
    public FeedLook.@Nullable Found found() {
        return found.get() == null ? null : found.getAndSet(null);
    }

    @Override
    public void run() {
        FeedLook look = new FeedLook();
        while (true) {
            try {
                sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                // Any code of the JVM can do that to any thread; the files are watched all the same.
                continue;
            }
            PolicyEngine engine = inForce.engine();
            if (engine == null || found.get() != null) {
                continue;
            }
            try {
                FeedLook.Found now = look.look(engine, System.currentTimeMillis());
                if (!now.nothing() || !now.news().isEmpty()) {
                    found.set(now);
                }
                failing = null;
            } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
                tell(e.toString());
            }
        }
    }

    private void tell(String failure) {
        if (!failure.equals(failing)) {
            failing = failure;
            log.error("the files that the policy names could not be looked at; what was read before stays in force: "
                    + failure);
        }
    }
}
