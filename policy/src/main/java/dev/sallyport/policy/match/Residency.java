package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The regions that calls may go to. Immutable.
 *
 * @param bounds what the policy and its layers say, each of which must let a call through; at least one
 * @param file where the regions of addresses stand
 * @param refreshMillis after how many milliseconds the file is read again although it looks unchanged; 0 for never
 * @param regions what was read from it
 */
public record Residency(List<Bounds> bounds, Path file, long refreshMillis, Regions regions) {

    /**
     * What one of them says.
     *
     * @param allowed the regions, in lower case
     * @param unknown what becomes of a call to an address whose region is not known
     * @param enforced whether it is enforced even where the policy only watches
     */
    public record Bounds(List<String> allowed, Unknown unknown, boolean enforced) {

        private Unknown of(@Nullable String region) {
            if (region == null) {
                return unknown;
            }
            return allowed.contains(region) ? Unknown.ALLOW : Unknown.DENY;
        }
    }

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
        return new Residency(bounds, file, refreshMillis, now);
    }

    /** Returns what lets through what this lets through and {@code other} too, by the file of this. */
    public Residency and(Residency other) {
        List<Bounds> both = new ArrayList<>(bounds);
        both.addAll(other.bounds());
        return new Residency(List.copyOf(both), file, refreshMillis, regions);
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

    /**
     * Returns what becomes of a call to {@code address} that rules allow.
     *
     * @param always whether to ask only what is enforced even where the policy only watches
     */
    public Unknown of(Address address, boolean always) {
        Unknown strictest = Unknown.ALLOW;
        for (int i = 0; i < bounds.size(); i++) {
            Bounds each = bounds.get(i);
            if (each.enforced() || !always) {
                Unknown one = of(address, each);
                strictest = one.compareTo(strictest) > 0 ? one : strictest;
            }
        }
        return strictest;
    }

    private Unknown of(Address address, Bounds each) {
        int carried = address.isIpv4() ? 0 : Addresses.carriedCount(address);
        if (carried == 0) {
            return ofOne(address, each);
        }
        Unknown strictest = Unknown.ALLOW;
        for (int i = 0; i < carried; i++) {
            Unknown one = ofOne(Address.ofIpv4(Addresses.carriedIpv4(address, i)), each);
            strictest = one.compareTo(strictest) > 0 ? one : strictest;
        }
        return strictest;
    }

    private Unknown ofOne(Address address, Bounds each) {
        return Addresses.isPrivate(address)
                ? Unknown.ALLOW
                : each.of(regions.table().region(address));
    }

    /** Says why a call to {@code address} is refused: {@code 203.0.113.7 is in eastus, not one of [westeurope]}. */
    public String why(Address address) {
        String region = region(address);
        if (region == null) {
            return "the region of " + address + " is not known";
        }
        for (int i = 0; i < bounds.size(); i++) {
            if (bounds.get(i).of(region) == Unknown.DENY) {
                return address + " is in " + region + ", not one of "
                        + bounds.get(i).allowed();
            }
        }
        return address + " is in " + region;
    }
}
