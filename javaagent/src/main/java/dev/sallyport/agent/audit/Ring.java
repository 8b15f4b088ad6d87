package dev.sallyport.agent.audit;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many threads to one, without locks. An offer is one compare-and-set on the tail; the head, which
 * the other side writes, is read only once in half a ring.
 *
 * <p>Own code because it stands on the start-up path: a library's padded class hierarchy takes 8 ms to load cold.
 */
final class Ring {

    /** What became of an offer. */
    enum Offer {
        /** It is in. */
        ACCEPTED,
        /** It is in, and the ring is more than half full. */
        CROWDED,
        /** There was no room. */
        REFUSED
    }

    // each position on a cache line of its own
    private static final int HEAD = 16;
    private static final int TAIL = 32;
    private static final int LIMIT = 48;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable Evidence> slots;
    private final AtomicLongArray positions = new AtomicLongArray(64);

    /** Creates a ring; {@code capacity} is a power of two. */
    Ring(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("not a power of two: " + capacity);
        }
        this.capacity = capacity;
        this.mask = capacity - 1;
        this.slots = new AtomicReferenceArray<>(capacity);
        positions.set(LIMIT, capacity / 2);
    }

    /** Appends from any thread. */
    Offer offer(Evidence evidence) {
        Offer outcome = Offer.ACCEPTED;
        long tail;
        do {
            tail = positions.get(TAIL);
            outcome = Offer.ACCEPTED;
            if (tail >= positions.get(LIMIT)) {
                long head = positions.get(HEAD);
                if (tail - head >= capacity) {
                    return Offer.REFUSED;
                }
                if (tail - head >= capacity / 2) {
                    outcome = Offer.CROWDED;
                } else {
                    positions.lazySet(LIMIT, head + capacity / 2);
                }
            }
        } while (!positions.compareAndSet(TAIL, tail, tail + 1));
        slots.lazySet((int) tail & mask, evidence);
        return outcome;
    }

    /** Takes the oldest, or returns null if there is none; on the one consuming thread only. */
    @Nullable
    Evidence poll() {
        long head = positions.get(HEAD);
        int slot = (int) head & mask;
        Evidence evidence = slots.get(slot);
        if (evidence == null) {
            if (positions.get(TAIL) == head) {
                return null;
            }
            // a producer has taken the place and is about to fill it
            while ((evidence = slots.get(slot)) == null) {
                Thread.onSpinWait();
            }
        }
        slots.lazySet(slot, null);
        positions.lazySet(HEAD, head + 1);
        return evidence;
    }

    /** Returns how many were ever taken out. */
    long head() {
        return positions.get(HEAD);
    }

    /** Returns how many were ever put in. */
    long tail() {
        return positions.get(TAIL);
    }

    boolean isEmpty() {
        return positions.get(TAIL) == positions.get(HEAD);
    }
}
