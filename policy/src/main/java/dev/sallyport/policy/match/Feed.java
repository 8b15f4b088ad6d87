package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The names and addresses of a file, as it was when it was read. Immutable. */
public final class Feed {

    private final FeedSource source;
    private final Content content;
    private final boolean stale;

    /**
     * What was read.
     *
     * @param names the names and wildcards
     * @param addresses the addresses and ranges
     * @param entries how many lines or ranges these are
     * @param digest the SHA-256 of the file in lower-case hex
     * @param stamp by what the file is told from a changed one
     * @param changeNumber the number of the publication, for service tags; else -1
     * @param faults the first lines that cannot be used
     * @param faultCount how many lines cannot be used
     */
    public record Content(
            NameTable names,
            AddressTable addresses,
            int entries,
            String digest,
            Stamp stamp,
            long changeNumber,
            List<Fault> faults,
            int faultCount) {

        /** Returns the same content of a file that has another stamp now. */
        public Content with(Stamp now) {
            return new Content(names, addresses, entries, digest, now, changeNumber, faults, faultCount);
        }

        /** Says what was read: {@code 3 entries, 12 s old, SHA-256 9f86...; 1 line cannot be used (line 17: ...)}. */
        public String told(long nowMillis) {
            StringBuilder text = new StringBuilder(200);
            text.append(entries).append(entries == 1 ? " entry, " : " entries, ");
            text.append(Math.max(0, nowMillis - stamp.modifiedMillis()) / 1_000)
                    .append(" s old, SHA-256 ")
                    .append(digest);
            if (faultCount > 0 && !faults.isEmpty()) {
                text.append("; ").append(faultCount).append(faultCount == 1 ? " line" : " lines");
                text.append(" cannot be used (line ")
                        .append(faults.get(0).line())
                        .append(": ");
                text.append(faults.get(0).message()).append(')');
            }
            return text.toString();
        }
    }

    /**
     * What distinguishes one state of a file from another.
     *
     * @param modifiedMillis when the file was last changed, in milliseconds since the epoch
     * @param size its length in bytes
     * @param key what the file system knows it by, null if it says nothing
     */
    public record Stamp(
            long modifiedMillis, long size, @Nullable Object key) {

        /** Returns whether a file that had this stamp and now has the other is likely the same. */
        public boolean same(Stamp other) {
            return modifiedMillis == other.modifiedMillis && size == other.size && Objects.equals(key, other.key);
        }
    }

    /**
     * A line that cannot be used.
     *
     * @param line its number, from 1
     * @param message what is wrong with it
     */
    public record Fault(int line, String message) {}

    /** Creates a feed. */
    public Feed(FeedSource source, Content content, boolean stale) {
        this.source = source;
        this.content = content;
        this.stale = stale;
    }

    /** Returns where it comes from. */
    public FeedSource source() {
        return source;
    }

    /** Returns what is in it. */
    public Content content() {
        return content;
    }

    /** Returns whether it is older than its source may be: rules that allow do not rest on it then. */
    public boolean stale() {
        return stale;
    }

    /** Returns whether a file of that time is too old at {@code nowMillis}. */
    public boolean tooOld(long nowMillis) {
        return source.maxAgeMillis() > 0 && nowMillis - content.stamp().modifiedMillis() > source.maxAgeMillis();
    }

    /** Returns the same feed as found at {@code nowMillis}. */
    public Feed at(long nowMillis) {
        boolean old = tooOld(nowMillis);
        return old == stale ? this : new Feed(source, content, old);
    }

    /** Returns whether it may be used by a rule: one that denies, or (not {@code broad}) one that allows. */
    boolean usable(boolean broad) {
        return broad || !stale;
    }

    /** Returns whether {@code host} is one of its names. */
    boolean names(String host) {
        return content.names().contains(host);
    }

    /** Returns whether {@code address} is one of its addresses. */
    boolean holds(Address address) {
        return content.addresses().contains(address);
    }

    /** Returns whether there are addresses in it. */
    boolean holdsAddresses() {
        return !content.addresses().isEmpty();
    }

    /** Returns whether one of the IPv4 addresses inside of {@code address} is one of its addresses. */
    boolean holdsCarried(Address address) {
        for (int i = Addresses.carriedCount(address) - 1; i >= 0; i--) {
            if (content.addresses().findIpv4(Addresses.carriedIpv4(address, i)) != AddressTable.NONE) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a rule that rests on it may match a call to {@code host} at {@code address}. */
    boolean mayHold(@Nullable String host, @Nullable Address address) {
        return (host != null && names(host))
                || (address != null && (holds(address) || (!address.isIpv4() && holdsCarried(address))));
    }
}
