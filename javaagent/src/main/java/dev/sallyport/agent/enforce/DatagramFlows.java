package dev.sallyport.agent.enforce;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.WeakIdentityTable;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that an agent sends again, from the same socket to where it was allowed to: for a second they need no decision of
 * their own, and no look at the stack, unless the policy changes. They are counted, and the count is recorded: at the latest
 * two seconds later, or when the JVM ends. Safe on any thread; takes no lock.
 */
final class DatagramFlows extends Thread {

    private static final long FRESH_NANOS = 1_000_000_000L;
    private static final int FLOWS_OF_SOCKET = 8;
    private static final long OVER = -1;

    private final WeakIdentityTable<AtomicReferenceArray<@Nullable Flow>> sockets = new WeakIdentityTable<>(1 << 8);
    private final Set<Flow> open = ConcurrentHashMap.newKeySet();
    private final Recorder recorder;

    /** Records that a datagram was allowed again. */
    interface Recorder {

        /**
         * Called on any thread.
         *
         * @param count how many times, at least once
         */
        void sentAgain(Flow flow, long count);
    }

    /** What was decided of a datagram, and how often it has been sent again since. */
    static final class Flow {

        private final Enforcement.Snapshot decidedBy;
        private final AgentContext context;
        private final Call call;
        private final Decision decision;
        private final Attribution attribution;
        private final @Nullable String claimed;
        private final long since = System.nanoTime();
        private final AtomicLong again = new AtomicLong();

        Flow(
                Enforcement.Snapshot decidedBy,
                AgentContext context,
                Call call,
                Decision decision,
                Attribution attribution,
                @Nullable String claimed) {
            this.decidedBy = decidedBy;
            this.context = context;
            this.call = call;
            this.decision = decision;
            this.attribution = attribution;
            this.claimed = claimed;
        }

        Enforcement.Snapshot decidedBy() {
            return decidedBy;
        }

        AgentContext context() {
            return context;
        }

        Call call() {
            return call;
        }

        Decision decision() {
            return decision;
        }

        Attribution attribution() {
            return attribution;
        }

        @Nullable
        String claimed() {
            return claimed;
        }

        @SuppressWarnings("ReferenceEquality") // the same snapshot and the same context, not equal ones
        private boolean isOf(Enforcement.Snapshot current, AgentContext acting, Address address, int port) {
            return decidedBy == current && context == acting && call.port() == port && address.equals(call.address());
        }

        /** Counts one more; returns false if the count was recorded already, so that nobody would record this one. */
        private boolean count() {
            long before;
            do {
                before = again.get();
                if (before == OVER) {
                    return false;
                }
            } while (!again.compareAndSet(before, before + 1));
            return true;
        }
    }

    DatagramFlows(Recorder recorder) {
        super(null, null, "sallyport-datagrams", 0, false);
        this.recorder = recorder;
        setDaemon(true);
        setContextClassLoader(DatagramFlows.class.getClassLoader());
        Thread atTheEnd = new Thread(null, this::endAll, "sallyport-datagrams-end", 0, false);
        atTheEnd.setContextClassLoader(DatagramFlows.class.getClassLoader());
        Runtime.getRuntime().addShutdownHook(atTheEnd);
    }

    /** Returns whether a datagram is one more of those that were allowed just now, and counts it then. */
    boolean sentAgain(Object socket, Enforcement.Snapshot current, AgentContext context, Address address, int port) {
        AtomicReferenceArray<@Nullable Flow> flows = sockets.get(socket);
        Flow flow = flows == null ? null : flows.get(place(context, address, port));
        return flow != null
                && flow.isOf(current, context, address, port)
                && System.nanoTime() - flow.since < FRESH_NANOS
                && flow.count();
    }

    /** Takes what was allowed, for those that follow. */
    void allowed(Object socket, Flow flow) {
        AtomicReferenceArray<@Nullable Flow> flows = sockets.get(socket);
        if (flows == null) {
            flows = new AtomicReferenceArray<>(FLOWS_OF_SOCKET);
            sockets.put(socket, flows);
        }
        Address address = flow.call.address();
        if (address != null) {
            boolean first = open.isEmpty();
            open.add(flow);
            Flow before = flows.getAndSet(place(flow.context, address, flow.call.port()), flow);
            if (before != null) {
                end(before);
            }
            if (first) {
                LockSupport.unpark(this);
            }
        }
    }

    @Override
    public void run() {
        while (true) {
            // Any code of the JVM can interrupt any thread, and then parking returns at once.
            interrupted();
            if (open.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            LockSupport.parkNanos(this, FRESH_NANOS);
            for (Flow flow : open) {
                if (System.nanoTime() - flow.since >= FRESH_NANOS) {
                    end(flow);
                }
            }
        }
    }

    private void endAll() {
        for (Flow flow : open) {
            end(flow);
        }
    }

    private void end(Flow flow) {
        open.remove(flow);
        long count = flow.again.getAndSet(OVER);
        if (count > 0) {
            recorder.sentAgain(flow, count);
        }
    }

    private static int place(AgentContext context, Address address, int port) {
        int hash = System.identityHashCode(context) * 31 + address.hashCode() * 17 + port;
        return (hash ^ hash >>> 16) & FLOWS_OF_SOCKET - 1;
    }
}
