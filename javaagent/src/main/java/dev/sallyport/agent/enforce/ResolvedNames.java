package dev.sallyport.agent.enforce;

import dev.sallyport.policy.Address;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which name this JVM saw resolve to which addresses. It is the only source that a name rule trusts: the name inside an
 * {@link java.net.InetAddress} is whatever its maker wrote there.
 *
 * <p>An address counts for a day after the name was last seen to have it, or it was last connected to under that name: long
 * enough for programs that resolve a name once and keep the address. Bounded by generations: when the young one is full, it
 * becomes the old one and what was old is forgotten, unless it was asked for since. What is forgotten is known again as soon
 * as the program asks for the name, be it from the JDK's cache.
 */
final class ResolvedNames {

    /** How long an address counts. */
    static final long LIFETIME_SECONDS = 24 * 60 * 60;

    /** How many names a generation holds; there are two. */
    static final int GENERATION = 16_384;

    /** How many addresses of a name are kept: the newest, when a name has more than a real one ever has. */
    static final int ADDRESSES = 64;

    /** Seconds that have passed since some moment. */
    interface Clock {

        /** Returns the seconds; never goes back. */
        long seconds();
    }

    /**
     * The addresses of a name.
     *
     * @param addresses each of them once
     * @param seen when each was last seen, in seconds; written by many threads, each of which is right
     */
    // the arrays are what it is: never compared, never handed out
    @SuppressWarnings("ArrayRecordComponent")
    private record Answers(Address[] addresses, long[] seen) {}

    private final Clock clock;
    private volatile Map<String, Answers> young = new ConcurrentHashMap<>();
    private volatile Map<String, Answers> old = new ConcurrentHashMap<>();

    /** Creates an empty record. */
    ResolvedNames(Clock clock) {
        this.clock = clock;
    }

    /** Notes an answer; addresses of earlier answers for the name stay, since the JDK's caches may still hold them. */
    void saw(String host, Address[] addresses) {
        long now = clock.seconds();
        Answers known = find(host);
        if (known == null || !renew(known, addresses, now)) {
            put(host, union(known, addresses, now));
        }
    }

    /** Returns whether the name was seen to resolve to the address. */
    boolean sawResolve(String host, Address address) {
        Answers known = find(host);
        if (known == null) {
            return false;
        }
        long now = clock.seconds();
        int at = indexOf(known, address);
        if (at < 0 || !isCurrent(known, at, now)) {
            return false;
        }
        known.seen[at] = now;
        return true;
    }

    /** Returns the addresses that the name has, or null if none are known. The caller leaves the array as it is. */
    Address @Nullable [] addresses(String host) {
        Answers known = find(host);
        if (known == null) {
            return null;
        }
        long now = clock.seconds();
        for (int i = 0; i < known.addresses.length; i++) {
            if (!isCurrent(known, i, now)) {
                Address[] current = union(known, new Address[0], now).addresses;
                return current.length == 0 ? null : current;
            }
        }
        return known.addresses;
    }

    private static boolean isCurrent(Answers known, int at, long now) {
        return now - known.seen[at] <= LIFETIME_SECONDS;
    }

    /** Returns false if one of the addresses is new. */
    private static boolean renew(Answers known, Address[] addresses, long now) {
        for (Address address : addresses) {
            if (indexOf(known, address) < 0) {
                return false;
            }
        }
        for (Address address : addresses) {
            known.seen[indexOf(known, address)] = now;
        }
        return true;
    }

    private static int indexOf(Answers known, Address address) {
        for (int i = 0; i < known.addresses.length; i++) {
            if (known.addresses[i].equals(address)) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable Answers find(String host) {
        Answers known = young.get(host);
        if (known == null) {
            known = old.get(host);
            if (known != null) {
                put(host, known);
            }
        }
        return known;
    }

    private void put(String host, Answers answers) {
        if (young.size() >= GENERATION) {
            synchronized (this) {
                if (young.size() >= GENERATION) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        young.put(host, answers);
    }

    private static Answers union(@Nullable Answers known, Address[] added, long now) {
        int most = Math.min(ADDRESSES, added.length + (known == null ? 0 : known.addresses.length));
        Answers all = new Answers(new Address[most], new long[most]);
        int count = 0;
        for (Address address : added) {
            count = add(all, count, address, now);
        }
        if (known != null) {
            for (int i = 0; i < known.addresses.length; i++) {
                if (isCurrent(known, i, now)) {
                    count = add(all, count, known.addresses[i], known.seen[i]);
                }
            }
        }
        return new Answers(Arrays.copyOf(all.addresses, count), Arrays.copyOf(all.seen, count));
    }

    private static int add(Answers all, int count, Address address, long seen) {
        for (int i = 0; i < count; i++) {
            if (all.addresses[i].equals(address)) {
                return count;
            }
        }
        if (count == all.addresses.length) {
            return count;
        }
        all.addresses[count] = address;
        all.seen[count] = seen;
        return count + 1;
    }
}
