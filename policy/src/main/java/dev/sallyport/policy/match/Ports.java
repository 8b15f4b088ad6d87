package dev.sallyport.policy.match;

/**
 * A few ports and ranges of ports. Immutable.
 *
 * @param bounds first and last port of each range, in turn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
public record Ports(int[] bounds) {

    /** Returns whether {@code port} is one of them. */
    public boolean contains(int port) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] <= port && port <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
