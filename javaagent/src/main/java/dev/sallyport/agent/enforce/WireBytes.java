package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Wire;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.limit.Limits;
import java.io.FileDescriptor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * Has the bytes of connections use up what limits give, before they go out and after they came in. They count for the agent
 * that the calling thread acts for, since a connection may be used by others than the one that opened it; where it acts for
 * nobody, as a client's own threads do, for whom the client says that it uses the connection, and else for whoever opened it.
 * Connections that others opened to this JVM are not counted.
 *
 * <p>Loaded when the first policy that limits bytes is in force. Safe on any thread; takes no lock.
 */
final class WireBytes {

    private static final Unsafe MEMORY = Unsafe.getUnsafe();
    /** An address and a length, of 8 bytes each. */
    private static final int STRETCH = 16;

    private static final int LENGTH = 8;

    private static final ThreadLocal<Moving> MOVING = new PerThread();

    private final Enforcement enforcement;

    WireBytes(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    /** What a thread is writing just now, and for whom it last used which connection. */
    private static final class Moving {

        private @Nullable Limits limits;
        private long taken;
        private long bytes;
        private long at;

        private OpenConnections.@Nullable Opened opened;
        private @Nullable AgentContext context;
        private Enforcement.@Nullable Snapshot snapshot;
        private @Nullable Call call;
        private @Nullable Call told;
    }

    private static final class PerThread extends ThreadLocal<Moving> {

        @Override
        protected Moving initialValue() {
            return new Moving();
        }
    }

    /** Takes what is about to go out. */
    void moving(int way, @Nullable Object end, @Nullable Object content, long address, int length)
            throws EgressDeniedException {
        Moving moving = MOVING.get();
        moving.limits = null;
        if (way == Wire.READ) {
            return;
        }
        if (way == Wire.DATAGRAM) {
            if (end instanceof InetSocketAddress target && content instanceof ByteBuffer datagram) {
                Enforcement.Snapshot current = enforcement.snapshot();
                Call call = enforcement.datagram(target);
                take(moving, current, CurrentAgent.get(), call, null, datagram.remaining());
            }
            return;
        }
        Call call = end instanceof FileDescriptor descriptor ? use(moving, descriptor) : null;
        if (call != null) {
            Enforcement.Snapshot current = moving.snapshot;
            long bytes = way == Wire.GATHER ? sum(address, length) : length;
            if (current != null) {
                take(moving, current, moving.context, call, moving.opened, bytes);
            }
        }
    }

    /** Gives back what did not go out, and takes what came in. */
    void moved(int way, @Nullable Object end, long count) throws EgressDeniedException {
        Moving moving = MOVING.get();
        if (way != Wire.READ) {
            Limits limits = moving.limits;
            Call call = moving.call;
            long left = moving.bytes - Math.max(0, count);
            if (limits != null && call != null && left > 0) {
                limits.giveBackBytes(true, moving.taken, call, left, moving.at);
            }
            moving.limits = null;
            return;
        }
        Call call = count > 0 && end instanceof FileDescriptor descriptor ? use(moving, descriptor) : null;
        Enforcement.Snapshot current = moving.snapshot;
        Limits limits = current == null ? null : current.limits();
        OpenConnections.Opened opened = moving.opened;
        if (call != null && current != null && limits != null && opened != null) {
            long taken = limits.takeBytes(false, call, count, System.nanoTime());
            refuse(moving, current, limits, false, taken, moving.context, call, opened);
        }
    }

    private void take(
            Moving moving,
            Enforcement.Snapshot current,
            @Nullable AgentContext context,
            Call call,
            OpenConnections.@Nullable Opened opened,
            long bytes)
            throws EgressDeniedException {
        Limits limits = current.limits();
        if (limits == null || bytes <= 0) {
            return;
        }
        long now = System.nanoTime();
        long taken = limits.takeBytes(true, call, bytes, now);
        refuse(moving, current, limits, true, taken, context, call, opened);
        moving.limits = opened == null ? null : limits;
        moving.taken = taken;
        moving.bytes = bytes;
        moving.at = now;
    }

    @SuppressWarnings("ReferenceEquality") // what is told is told once for each use of a connection
    private void refuse(
            Moving moving,
            Enforcement.Snapshot current,
            Limits limits,
            boolean out,
            long taken,
            @Nullable AgentContext context,
            Call call,
            OpenConnections.@Nullable Opened opened)
            throws EgressDeniedException {
        Decision decision = taken < 0 ? limits.refusal(out, taken) : limits.wouldRefuse(out, call, taken);
        if (decision == null || (taken >= 0 && moving.told == call)) {
            return;
        }
        moving.told = call;
        Denial denial = enforcement.bytes(current, context, call, decision, opened);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Returns the connection as it is used by the calling thread; null if it is none that was decided. */
    @SuppressWarnings("ReferenceEquality") // it is the same until there is another one
    private @Nullable Call use(Moving moving, FileDescriptor descriptor) {
        OpenConnections.Opened opened = enforcement.opened(descriptor);
        if (opened == null) {
            return null;
        }
        AgentContext own = CurrentAgent.get();
        AgentContext context = own == null || own.agent() == null ? opened.used() : own;
        Enforcement.Snapshot current = enforcement.snapshot();
        if (moving.opened != opened || moving.context != context || moving.snapshot != current) {
            moving.opened = opened;
            moving.context = context;
            moving.snapshot = current;
            moving.call = enforcement.use(opened, context, current);
        }
        return moving.call;
    }

    private static long sum(long address, int stretches) {
        long bytes = 0;
        for (int i = 0; i < stretches; i++) {
            bytes += MEMORY.getLong(address + (long) i * STRETCH + LENGTH);
        }
        return bytes;
    }
}
