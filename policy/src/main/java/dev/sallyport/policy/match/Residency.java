package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The regions that calls may go to. Immutable.
 *
 * @param allowed the regions, in lower case
 * @param unknown what becomes of a call to an address whose region is not known
 * @param file where the regions of addresses stand
 * @param refreshMillis after how many milliseconds the file is read again although it looks unchanged; 0 for never
 * @param regions what was read from it
 */
public record Residency(List<String> allowed, Unknown unknown, Path file, long refreshMillis, Regions regions) {

    /** What becomes of a call to an address whose region is not known. */
    public enum Unknown {
        ALLOW,
        /** It happens, and the journal says that it would have been denied. */
        ALERT,
        DENY
    }

    /**
     * What was read.
     *
     * @param table in which region addresses are
     * @param changeNumber the number of the publication
     * @param digest the SHA-256 of the file in lower-case hex
     * @param stamp by what the file is told from a changed one
     */
    public record Regions(RegionTable table, long changeNumber, String digest, Feed.Stamp stamp) {}

    /** Returns the same with other regions of addresses. */
    public Residency with(Regions now) {
        return new Residency(allowed, unknown, file, refreshMillis, now);
    }

    /**
     * Returns the region of an address, or of the IPv4 address inside of it; null if it is not known or the address is in
     * none: loopback, private and the like.
     */
    public @Nullable String region(Address address) {
        int carried = address.isIpv4() ? 0 : Addresses.carriedCount(address);
        for (int i = 0; i < carried; i++) {
            String region = region(Address.ofIpv4(Addresses.carriedIpv4(address, i)));
            if (region != null) {
                return region;
            }
        }
        return Addresses.isPrivate(address) ? null : regions.table().region(address);
    }

    /** Returns what becomes of a call to {@code address} that rules allow. */
    public Unknown of(Address address) {
        int carried = address.isIpv4() ? 0 : Addresses.carriedCount(address);
        if (carried == 0) {
            return ofOne(address);
        }
        Unknown strictest = Unknown.ALLOW;
        for (int i = 0; i < carried; i++) {
            Unknown one = ofOne(Address.ofIpv4(Addresses.carriedIpv4(address, i)));
            strictest = one.compareTo(strictest) > 0 ? one : strictest;
        }
        return strictest;
    }

    private Unknown ofOne(Address address) {
        if (Addresses.isPrivate(address)) {
            return Unknown.ALLOW;
        }
        String region = regions.table().region(address);
        if (region == null) {
            return unknown;
        }
        return allowed.contains(region) ? Unknown.ALLOW : Unknown.DENY;
    }

    /** Says why a call to {@code address} is refused: {@code 203.0.113.7 is in eastus, not one of [westeurope]}. */
    public String why(Address address) {
        String region = region(address);
        return region == null
                ? "the region of " + address + " is not known"
                : address + " is in " + region + ", not one of " + allowed;
    }
}
