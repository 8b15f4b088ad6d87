package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses: those that share the first bits of {@code network}.
 *
 * @param network the lowest address of the range: all bits after the first {@code length} are 0
 * @param length how many bits are shared, of the 128 of the common form: 96 more than written for IPv4
 */
public record Prefix(Address network, int length) implements Comparable<Prefix> {

    /** Returns the range of the addresses that share the first {@code length} bits (of 128) with {@code address}. */
    public static Prefix containing(Address address, int length) {
        return new Prefix(new Address(address.high() & highMask(length), address.low() & lowMask(length)), length);
    }

    /** Returns the highest address of the range. */
    public Address last() {
        return new Address(network.high() | ~highMask(length), network.low() | ~lowMask(length));
    }

    /** Returns whether {@code address} belongs to the range. */
    public boolean contains(Address address) {
        return (address.high() & highMask(length)) == network.high()
                && (address.low() & lowMask(length)) == network.low();
    }

    /** Returns whether an IPv4 address, given in network order, belongs to the range. */
    boolean containsIpv4(int bits) {
        return network.high() == 0 && ((0xffff_0000_0000L | (bits & 0xffff_ffffL)) & lowMask(length)) == network.low();
    }

    static long highMask(int length) {
        return length >= 64 ? -1 : length == 0 ? 0 : -1L << (64 - length);
    }

    static long lowMask(int length) {
        return length <= 64 ? 0 : length == 128 ? -1 : -1L << (128 - length);
    }

    /** Orders by the lowest address, and the wider of two ranges that begin alike first. */
    @Override
    public int compareTo(Prefix other) {
        int high = Long.compareUnsigned(network.high(), other.network.high());
        int low = high != 0 ? high : Long.compareUnsigned(network.low(), other.network.low());
        return low != 0 ? low : Integer.compare(length, other.length);
    }

    // Written out: what the compiler generates for records is linked at its first use, at some 20 ms in a cold JVM.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Prefix that && that.length == length && that.network.equals(network);
    }

    @Override
    public int hashCode() {
        return 31 * network.hashCode() + length;
    }

    @Override
    public String toString() {
        return network.toString() + '/' + (network.isIpv4() ? length - 96 : length);
    }
}
