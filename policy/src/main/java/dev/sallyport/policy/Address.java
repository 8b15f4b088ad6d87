package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * An IP address as 128 bits; IPv4 in its mapped form ({@code ::ffff:a.b.c.d}), so that an address has one form only.
 *
 * @param high the upper 64 bits in network order
 * @param low the lower 64 bits in network order
 */
public record Address(long high, long low) {

    private static final long MAPPED = 0xffff_0000_0000L;

    /** Returns the address of an IPv4 host given as an int in network order. */
    public static Address ofIpv4(int bits) {
        return new Address(0, MAPPED | (bits & 0xffff_ffffL));
    }

    /** Returns whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    // Written out: what the compiler generates for records is linked at its first use, at some 20 ms in a cold JVM.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Address that && that.high == high && that.low == low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    /** Returns the address as people write it: dotted for IPv4, RFC 5952 for IPv6. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(40);
        if (isIpv4()) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                text.append((low >>> shift) & 0xff).append(shift == 0 ? "" : ".");
            }
            return text.toString();
        }
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int zeros = 0;
            while (i + zeros < 8 && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > gapLength) {
                gap = i;
                gapLength = zeros;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                text.append(i == 0 || (gap >= 0 && i == gap + gapLength) ? "" : ":")
                        .append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return (int) ((index < 4 ? high : low) >>> ((3 - (index & 3)) * 16)) & 0xffff;
    }
}
