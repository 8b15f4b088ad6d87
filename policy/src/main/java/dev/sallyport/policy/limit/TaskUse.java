package dev.sallyport.policy.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a task has used of the limits that count within a task. It begins and ends with the task, and knows limits by
 * what they mean, so that a changed policy does not renew what they give. Safe on any thread; takes no lock, and allocates nothing
 * after the first use of a limit and key.
 */
public final class TaskUse {

    private final ConcurrentHashMap<String, ConcurrentHashMap<String, AtomicLong>> byMeaning =
            new ConcurrentHashMap<>();

    /**
     * Takes {@code amount}, if with it no more than {@code most} is used.
     *
     * @param meaning the limit's
     * @param key what is counted apart; empty if nothing is
     * @return whether it was there to take; false too where there is no room for another key
     */
    boolean take(String meaning, String key, long amount, long most) {
        AtomicLong used = used(meaning, key);
        if (used == null) {
            return false;
        }
        while (true) {
            long before = used.get();
            if (amount > most - before) {
                return false;
            }
            if (used.compareAndSet(before, before + amount)) {
                return true;
            }
        }
    }

    /** Gives back what {@link #take} took. */
    void giveBack(String meaning, String key, long amount) {
        AtomicLong used = used(meaning, key);
        if (used != null) {
            used.addAndGet(-amount);
        }
    }

    /** Returns how much is used; -1 if there is no room for another key. */
    long amount(String meaning, String key) {
        AtomicLong used = used(meaning, key);
        return used == null ? -1 : used.get();
    }

    private @Nullable AtomicLong used(String meaning, String key) {
        ConcurrentHashMap<String, AtomicLong> byKey = byMeaning.get(meaning);
        if (byKey == null) {
            ConcurrentHashMap<String, AtomicLong> made = new ConcurrentHashMap<>(1);
            ConcurrentHashMap<String, AtomicLong> other = byMeaning.putIfAbsent(meaning, made);
            byKey = other == null ? made : other;
        }
        String kept = Windows.kept(key);
        AtomicLong used = byKey.get(kept);
        if (used != null || byKey.size() >= Windows.MOST_KEYS) {
            return used;
        }
        AtomicLong made = new AtomicLong();
        AtomicLong other = byKey.putIfAbsent(kept, made);
        return other == null ? made : other;
    }
}
