package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Many address ranges in 17 bytes each; what it returns is made when it is asked for. Immutable. */
final class PackedPrefixes extends AbstractList<Prefix> implements RandomAccess {

    /** From so many on it is worth it. */
    static final int MANY = 64;

    private final long[] high;
    private final long[] low;
    private final byte[] length;

    PackedPrefixes(List<Prefix> prefixes) {
        int size = prefixes.size();
        this.high = new long[size];
        this.low = new long[size];
        this.length = new byte[size];
        for (int i = 0; i < size; i++) {
            Prefix prefix = prefixes.get(i);
            high[i] = prefix.network().high();
            low[i] = prefix.network().low();
            length[i] = (byte) prefix.length();
        }
    }

    @Override
    public Prefix get(int index) {
        return new Prefix(new Address(high[index], low[index]), length[index] & 0xff);
    }

    @Override
    public int size() {
        return length.length;
    }
}
