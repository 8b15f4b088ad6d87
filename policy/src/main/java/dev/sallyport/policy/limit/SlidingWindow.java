package dev.sallyport.policy.limit;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much was used within a span of time that moves along with the clock. Exact where threads meet: what all of them take
 * together never exceeds the most. Safe on any thread; takes no lock and allocates nothing after it is made.
 *
 * <p>The span is cut into slots, and a slot's amount is forgotten as one: what is taken counts for at least the span, and for
 * at most one slot longer.
 */
final class SlidingWindow {

    /** The largest amount that a window can hold. */
    static final long MOST = 1L << 47;

    /** What {@link #take} says. */
    enum Taken {
        /** The amount is taken. */
        YES,
        /** It does not fit, and nothing is taken. */
        NO,
        /** The window is closed: there may be another one for the same key. */
        CLOSED
    }

    private static final int USED = 0;
    private static final int LATEST = 1;
    private static final int FIRST = 2;
    private static final int AMOUNT_BITS = 48;
    private static final long AMOUNT = (1L << AMOUNT_BITS) - 1;
    private static final long SHUT = Long.MIN_VALUE;

    private final long slotNanos;
    /** One slot more than the span has, since the span begins somewhere in a slot. */
    private final int slots;
    /**
     * What is used, the latest slot that the clock has reached, and then the slots: each with the low bits of its number
     * above its amount.
     */
    private final AtomicLongArray state;

    /**
     * Creates a window in which nothing is used.
     *
     * @param nanos the span
     * @param parts in how many slots it is cut
     */
    SlidingWindow(long nanos, int parts) {
        this.slotNanos = Math.max(1, (nanos + parts - 1) / parts);
        this.slots = parts + 1;
        this.state = new AtomicLongArray(FIRST + slots);
        state.set(LATEST, Long.MIN_VALUE);
    }

    /**
     * Takes {@code amount}, if with it no more than {@code most} is used.
     *
     * @param amount at least 0, at most {@link #MOST}
     * @param nanos the time by a clock that nobody sets
     */
    Taken take(long amount, long most, long nanos) {
        long number = number(nanos);
        forget(number);
        while (true) {
            long used = state.get(USED);
            if (used == SHUT) {
                return Taken.CLOSED;
            }
            if (amount > most - used) {
                return Taken.NO;
            }
            if (state.compareAndSet(USED, used, used + amount)) {
                break;
            }
        }
        put(number, amount);
        return Taken.YES;
    }

    /**
     * Gives back what {@link #take} took at {@code nanos}. What was counted in another slot meanwhile stays used: too much is
     * never given back.
     */
    void giveBack(long amount, long nanos) {
        long number = number(nanos);
        int at = at(number);
        while (true) {
            long slot = state.get(at);
            if (age(slot, number) != 0 || amountOf(slot) < amount) {
                return;
            }
            if (state.compareAndSet(at, slot, slot - amount)) {
                state.addAndGet(USED, -amount);
                return;
            }
        }
    }

    /** Returns how much is used. */
    long used(long nanos) {
        forget(number(nanos));
        return Math.max(0, state.get(USED));
    }

    /** Shuts the window if nothing is used in it; returns whether it is shut. */
    boolean shutIfIdle(long nanos) {
        forget(number(nanos));
        return state.compareAndSet(USED, 0, SHUT) || state.get(USED) == SHUT;
    }

    private void put(long number, long amount) {
        int at = at(number);
        while (true) {
            long slot = state.get(at);
            int age = age(slot, number);
            // a thread that was held up finds a later number here: what it took then counts longer, not shorter
            boolean other = amountOf(slot) == 0 || age > 0 || age <= -slots;
            long next = other ? slot(number, amount) : slot + amount;
            if (state.compareAndSet(at, slot, next)) {
                if (other && amountOf(slot) != 0) {
                    state.addAndGet(USED, -amountOf(slot));
                }
                return;
            }
        }
    }

    /** Forgets the slots that have left the span, if the clock has come to another slot. */
    private void forget(long number) {
        long latest = state.get(LATEST);
        if (number <= latest) {
            return;
        }
        for (int at = FIRST; at < FIRST + slots; at++) {
            long slot = state.get(at);
            long amount = amountOf(slot);
            int age = age(slot, number);
            if (state.get(LATEST) > number) {
                return;
            }
            // of numbers only the low bits are kept: one that seems to be far ahead is of long ago
            if (amount != 0 && (age >= slots || age <= -slots) && state.compareAndSet(at, slot, slot & ~AMOUNT)) {
                state.addAndGet(USED, -amount);
            }
        }
        while (number > latest && !state.compareAndSet(LATEST, latest, number)) {
            latest = state.get(LATEST);
        }
    }

    private long number(long nanos) {
        return Math.floorDiv(nanos, slotNanos);
    }

    private int at(long number) {
        return FIRST + (int) Math.floorMod(number, (long) slots);
    }

    private static long slot(long number, long amount) {
        return number << AMOUNT_BITS | amount;
    }

    private static long amountOf(long slot) {
        return slot & AMOUNT;
    }

    /** Returns how many slots before {@code number} a slot is; negative if it is after. */
    private static int age(long slot, long number) {
        return (short) (number - (slot >>> AMOUNT_BITS));
    }
}
