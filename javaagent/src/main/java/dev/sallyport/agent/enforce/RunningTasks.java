package dev.sallyport.agent.enforce;

import dev.sallyport.gate.AgentContext;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The tasks that run, and the thread that has it recorded when the time of one is over. Whether a task still allows something
 * does not wait for that thread: each looks at its own deadline.
 */
final class RunningTasks extends Thread {

    /** Hears that the time of a task is over; called on this thread. */
    interface Expiry {

        void expired(RunningTask task, AgentContext context);
    }

    private final ConcurrentSkipListMap<RunningTask, AgentContext> running = new ConcurrentSkipListMap<>();
    private final Expiry expiry;

    RunningTasks(Expiry expiry) {
        super(null, null, "sallyport-tasks", 0, false);
        this.expiry = expiry;
        setDaemon(true);
        setContextClassLoader(RunningTasks.class.getClassLoader());
    }

    /** Takes a task that was started. */
    void add(RunningTask task, AgentContext context) {
        running.put(task, context);
        Map.Entry<RunningTask, AgentContext> first = running.firstEntry();
        if (first != null && first.getKey().equals(task)) {
            LockSupport.unpark(this);
        }
    }

    /** Forgets a task that has ended. */
    void remove(RunningTask task) {
        running.remove(task);
    }

    /** Returns the tasks that run, with the contexts that they were started with; it may change meanwhile. */
    Map<RunningTask, AgentContext> all() {
        return running;
    }

    @Override
    public void run() {
        while (true) {
            // Any code of the JVM can interrupt any thread, and then parking returns at once.
            interrupted();
            Map.Entry<RunningTask, AgentContext> first = running.firstEntry();
            if (first == null) {
                LockSupport.park(this);
                continue;
            }
            long left = first.getKey().deadline() - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
                continue;
            }
            running.remove(first.getKey());
            expiry.expired(first.getKey(), first.getValue());
        }
    }
}
