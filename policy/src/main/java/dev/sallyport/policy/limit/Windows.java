package dev.sallyport.policy.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A window for each key, for so many keys at most. What is idle makes room; if nothing is, there is no window for another
 * key, and what asks for one is refused. Safe on any thread.
 */
final class Windows {

    /** How many keys one limit tells apart: some 5 MiB of them. */
    static final int MOST_KEYS = 16_384;

    private static final int LONGEST_KEY = 256;
    private static final int PARTS = 16;

    private final long nanos;
    private final ConcurrentHashMap<String, SlidingWindow> byKey = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt;

    /** Creates windows over a span of {@code nanos}. */
    Windows(long nanos) {
        this.nanos = nanos;
        this.sweptAt = new AtomicLong(Long.MIN_VALUE);
    }

    /** Takes from the window of {@code key}, as {@link SlidingWindow#take} does; CLOSED if there is no room for the key. */
    SlidingWindow.Taken take(String key, long amount, long most, long now) {
        String kept = kept(key);
        while (true) {
            SlidingWindow window = byKey.get(kept);
            if (window == null) {
                if (byKey.size() >= MOST_KEYS && !sweep(now)) {
                    return SlidingWindow.Taken.CLOSED;
                }
                SlidingWindow made = new SlidingWindow(nanos, PARTS);
                SlidingWindow other = byKey.putIfAbsent(kept, made);
                window = other == null ? made : other;
            }
            SlidingWindow.Taken taken = window.take(amount, most, now);
            if (taken != SlidingWindow.Taken.CLOSED) {
                return taken;
            }
            byKey.remove(kept, window);
        }
    }

    void giveBack(String key, long amount, long at) {
        SlidingWindow window = byKey.get(kept(key));
        if (window != null) {
            window.giveBack(amount, at);
        }
    }

    /** Returns how much is used for a key; -1 if there is no window for it, and no room for one. */
    long used(String key, long now) {
        SlidingWindow window = byKey.get(kept(key));
        return window != null ? window.used(now) : byKey.size() >= MOST_KEYS ? -1 : 0;
    }

    /** Removes what is idle, at most once in each part of the span; returns whether there is room. */
    private boolean sweep(long now) {
        long last = sweptAt.get();
        if ((last == Long.MIN_VALUE || now - last > nanos / PARTS) && sweptAt.compareAndSet(last, now)) {
            for (var entry : byKey.entrySet()) {
                if (entry.getValue().shutIfIdle(now)) {
                    byKey.remove(entry.getKey(), entry.getValue());
                }
            }
        }
        return byKey.size() < MOST_KEYS;
    }

    /** Long keys are cut, so that nobody fills the memory with them; those that then look alike share a window. */
    static String kept(String key) {
        return key.length() <= LONGEST_KEY
                ? key
                : key.substring(0, LONGEST_KEY) + '\u0000' + key.length() + '\u0000' + key.hashCode();
    }
}
