package dev.sallyport.policy.content;

/**
 * What was found in one piece of what is about to leave. It never holds what was found itself.
 *
 * @param detector the name of the detector or of the policy's own pattern
 * @param where the piece: {@code body}, {@code query}, {@code path}, {@code header X-Note}, {@code args.customer.note}
 * @param at where the first one begins in that piece, in bytes of its decoded text
 * @param count how many were found
 */
public record Finding(String detector, String where, long at, int count) {

    @Override
    public String toString() {
        return detector + (count == 1 ? "" : " (" + count + " times)") + " in " + where + " at " + at;
    }
}
