package dev.sallyport.policy.limit;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Match;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How the calls went that one breaker concerns, and whether it lets more of them through. Safe on any thread; takes no lock.
 *
 * <p>Once too many have failed it is open: nothing passes. After its time one call is tried; if that ends well it is closed
 * again, and if not, or if nobody hears how it ended, it is open for as long again.
 */
final class Circuit {

    private static final int PARTS = 16;
    private static final int LONGEST_KEY = 256;
    private static final long NEVER = Long.MIN_VALUE;

    private final Limit.Breaker breaker;
    private final boolean requests;
    private final ConcurrentHashMap<String, Side> byKey;

    Circuit(Limit.Breaker breaker) {
        this(breaker, new ConcurrentHashMap<>());
    }

    private Circuit(Limit.Breaker breaker, ConcurrentHashMap<String, Side> byKey) {
        this.breaker = breaker;
        this.requests = (breaker.matcher().conditions().vias() & Conditions.bit(Via.HTTP)) != 0;
        this.byKey = byKey;
    }

    /** How the calls to one far end went since it was last found well. */
    private static final class Side {

        private final SlidingWindow calls;
        private final SlidingWindow failures;
        /** Until when nothing passes; {@link #NEVER} while it is closed. */
        private final AtomicLong openUntil = new AtomicLong(NEVER);
        /** Since when a call is tried; {@link #NEVER} if none is. */
        private final AtomicLong trial = new AtomicLong(NEVER);

        private Side(long windowNanos) {
            calls = new SlidingWindow(windowNanos, PARTS);
            failures = new SlidingWindow(windowNanos, PARTS);
        }
    }

    /** Returns a circuit in the same state, for a breaker of the same meaning. */
    Circuit continuedAs(Limit.Breaker next) {
        return new Circuit(next, byKey);
    }

    Limit.Breaker breaker() {
        return breaker;
    }

    /** Returns whether the breaker is meant for {@code call}. */
    boolean concerns(Call call) {
        return breaker.matcher().match(call) != Match.NO;
    }

    /** Returns whether {@code call} may pass; if it is the one that is tried, its end must be told. */
    boolean admits(Call call, long now) {
        String key = key(call);
        Side side = key == null ? null : byKey.get(key);
        if (side == null) {
            return true;
        }
        long until = side.openUntil.get();
        if (until == NEVER) {
            return true;
        }
        if (now - until < 0) {
            return false;
        }
        if (isForRequest(call)) {
            return true; // the request is what is tried, and was asked for before or will be next
        }
        long trial = side.trial.get();
        return (trial == NEVER || now - trial >= breaker.openNanos()) && side.trial.compareAndSet(trial, now);
    }

    /**
     * Hears how a call ended that was let through.
     *
     * @param began when it was let through
     */
    void ended(Call call, boolean failed, long began, long now) {
        String key = key(call);
        if (key == null || (!failed && isForRequest(call))) {
            return;
        }
        Side side = side(key, failed, now);
        if (side == null) {
            return;
        }
        long until = side.openUntil.get();
        if (until == NEVER) {
            count(side, failed, now);
            return;
        }
        if (began - until < 0) {
            return; // it was let through before the breaker opened
        }
        if (failed) {
            side.openUntil.set(now + breaker.openNanos());
            side.trial.set(NEVER);
        } else if (side.trial.get() != NEVER) {
            byKey.remove(key, side);
        }
    }

    /** Whether it is the connect for a request that the breaker sees too: then the request counts, unless there is none. */
    private boolean isForRequest(Call call) {
        return requests && call.http() != null && call.via() != Via.HTTP;
    }

    private void count(Side side, boolean failed, long now) {
        side.calls.take(1, SlidingWindow.MOST, now);
        if (!failed) {
            return;
        }
        side.failures.take(1, SlidingWindow.MOST, now);
        long calls = side.calls.used(now);
        if (calls >= breaker.minCalls() && side.failures.used(now) >= breaker.failureRate() * calls) {
            long until = now + breaker.openNanos();
            side.openUntil.compareAndSet(NEVER, until == NEVER ? until + 1 : until);
        }
    }

    /** Returns what is known of a far end; null where there is no room to know more, of one that may well be healthy. */
    private @Nullable Side side(String key, boolean failed, long now) {
        Side side = byKey.get(key);
        if (side != null) {
            return side;
        }
        if (byKey.size() >= Windows.MOST_KEYS) {
            if (!failed) {
                return null;
            }
            for (var entry : byKey.entrySet()) {
                Side idle = entry.getValue();
                if (idle.openUntil.get() == NEVER && idle.failures.used(now) == 0) {
                    byKey.remove(entry.getKey(), idle);
                }
            }
            if (byKey.size() >= Windows.MOST_KEYS) {
                return null;
            }
        }
        Side made = new Side(breaker.windowNanos());
        Side other = byKey.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    /** Says why {@code call} may not pass. */
    String why(Call call, long now) {
        String key = key(call);
        Side side = key == null ? null : byKey.get(key);
        long until = side == null ? NEVER : side.openUntil.get();
        String left = "";
        if (until != NEVER) {
            left = now - until < 0
                    ? "; it is tried again in " + (1 + (until - now) / 1_000_000_000) + " s"
                    : "; another call is being tried just now";
        }
        return "calls to " + (key == null ? "it" : key) + " failed: " + breaker.words() + left;
    }

    private @Nullable String key(Call call) {
        String key = breaker.key().of(call);
        return key == null || key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY);
    }
}
