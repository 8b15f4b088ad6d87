package dev.sallyport.agent.audit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The id of a decision: {@code d-} and a ULID (48 bits of milliseconds, 80 bits that no other id of that millisecond
 * has), so that ids sort by time. Its text is made when it is asked for.
 *
 * @param millis milliseconds since the epoch
 * @param high the upper 16 bits of the part that is not time
 * @param low the lower 64 bits of it: another start for each process, then counted up
 */
public record DecisionId(long millis, int high, long low) {

    private static final char[] BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    /** Makes the ids of one process; safe on any thread. */
    public static final class Source {

        private final int high;
        private final AtomicLong next;

        /**
         * Creates a source whose start differs between processes. It is mixed from the clocks, the process id and an
         * object's address: an id has to be unique, not secret, and {@code SecureRandom} takes 20 ms of a cold start.
         */
        public Source() {
            long seed = mix(System.nanoTime()) ^ mix(System.currentTimeMillis() + 0x9e3779b97f4a7c15L);
            seed = mix(seed ^ Pid.TEXT.hashCode()) ^ mix(System.identityHashCode(new Object()));
            this.high = (int) (mix(seed) >>> 48);
            // the top bit stays clear, so that the count never wraps and ids of one millisecond sort too
            this.next = new AtomicLong(mix(seed + 0x9e3779b97f4a7c15L) >>> 1);
        }

        /** Returns a new id for a decision made at {@code millis} since the epoch. */
        public DecisionId next(long millis) {
            return new DecisionId(millis, high, next.getAndIncrement());
        }

        /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
        private static long mix(long z) {
            long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
            return y ^ (y >>> 31);
        }
    }

    @Override
    public String toString() {
        char[] text = new char[28];
        text[0] = 'd';
        text[1] = '-';
        for (int i = 0; i < 10; i++) {
            text[2 + i] = BASE32[(int) (millis >>> (45 - 5 * i)) & 31];
        }
        for (int i = 0; i < 16; i++) {
            int shift = 75 - 5 * i;
            long bits = low >>> (shift & 63);
            if (shift >= 64) {
                bits = (long) high >>> (shift - 64);
            } else if (shift > 59) {
                bits |= (long) high << (64 - shift);
            }
            text[12 + i] = BASE32[(int) bits & 31];
        }
        return new String(text);
    }
}
