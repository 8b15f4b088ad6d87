package dev.sallyport.policy;

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
}
