package dev.sallyport.agent.enforce;

import dev.sallyport.policy.Address;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which name this JVM saw resolve to which addresses. It is the only source that a name rule trusts: the name inside an
 * {@link java.net.InetAddress} is whatever its maker wrote there.
 *
 * <p>Bounded by generations: when the young one is full, it becomes the old one and what was old is forgotten, unless it
 * was asked for since.
 */
final class ResolvedNames {

    private static final int GENERATION = 16_384;

    private volatile Map<String, Address[]> young = new ConcurrentHashMap<>();
    private volatile Map<String, Address[]> old = new ConcurrentHashMap<>();

    /** Notes an answer; addresses of earlier answers for the name stay, since the JDK's caches may still hold them. */
    void saw(String host, Address[] addresses) {
        Address[] known = find(host);
        put(host, known == null ? addresses.clone() : union(known, addresses));
    }

    /** Returns whether the name was seen to resolve to the address. */
    boolean sawResolve(String host, Address address) {
        Address[] known = find(host);
        if (known != null) {
            for (Address each : known) {
                if (each.equals(address)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the address of a name that has only one, else null. */
    @Nullable
    Address onlyAddress(String host) {
        Address[] known = find(host);
        return known != null && known.length == 1 ? known[0] : null;
    }

    private Address @Nullable [] find(String host) {
        Address[] known = young.get(host);
        if (known == null) {
            known = old.get(host);
            if (known != null) {
                put(host, known);
            }
        }
        return known;
    }

    private void put(String host, Address[] addresses) {
        if (young.size() >= GENERATION) {
            synchronized (this) {
                if (young.size() >= GENERATION) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        young.put(host, addresses);
    }

    /** Keeps the newest when a name has more addresses than a real one ever has. */
    private static Address[] union(Address[] known, Address[] added) {
        Address[] all = new Address[Math.min(64, known.length + added.length)];
        int count = 0;
        for (Address address : added) {
            count = add(all, count, address);
        }
        for (Address address : known) {
            count = add(all, count, address);
        }
        return java.util.Arrays.copyOf(all, count);
    }

    private static int add(Address[] all, int count, Address address) {
        for (int i = 0; i < count; i++) {
            if (all[i].equals(address)) {
                return count;
            }
        }
        if (count < all.length) {
            all[count] = address;
            return count + 1;
        }
        return count;
    }
}
