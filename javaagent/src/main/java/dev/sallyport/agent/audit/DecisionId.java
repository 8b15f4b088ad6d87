package dev.sallyport.agent.audit;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The id of a decision: {@code d-} and a ULID (48 bits of milliseconds, 80 bits that no other id of that millisecond
 * has), so that ids sort by time. Its text is made when it is asked for.
 *
 * @param millis milliseconds since the epoch
 * @param high the upper 16 bits of the random part
 * @param low the lower 64 bits of the random part: a random start for each process, then counted up
 */
public record DecisionId(long millis, int high, long low) {

    private static final char[] BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    /** Makes the ids of one process; safe on any thread. */
    public static final class Source {

        private final int high;
        private final AtomicLong next;

        /** Creates a source with a random start, which reads the operating system's randomness once. */
        public Source() {
            SecureRandom random = new SecureRandom();
            this.high = random.nextInt(1 << 16);
            this.next = new AtomicLong(random.nextLong());
        }

        /** Returns a new id for a decision made at {@code millis} since the epoch. */
        public DecisionId next(long millis) {
            return new DecisionId(millis, high, next.getAndIncrement());
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
            long bits = shift >= 64
                    ? (long) high >>> (shift - 64)
                    : shift > 59 ? (long) high << (64 - shift) | low >>> shift : low >>> shift;
            text[12 + i] = BASE32[(int) bits & 31];
        }
        return new String(text);
    }
}
