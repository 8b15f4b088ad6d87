package dev.sallyport.policy.match;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is known of a host name: under the name itself, or under the longest wildcard ({@code *.example.com}) that
 * it falls under. Looking up reads the name once, from its end, and allocates nothing. Immutable after {@link #freeze};
 * until then for one thread.
 *
 * @param <V> what is kept for a name
 */
public final class HostTable<V> {

    private final Map<String, V> exact = new HashMap<>();
    private final Map<String, V> wildcards = new HashMap<>();
    private @Nullable String[] suffixes = new String[0];
    private @Nullable Object[] values = new Object[0];

    /** Keeps {@code value} for {@code pattern}: a canonical name, or {@code *.} and one. */
    public void put(String pattern, V value) {
        if (HostIndex.isWildcard(pattern)) {
            wildcards.put(pattern.substring(1), value);
        } else {
            exact.put(pattern, value);
        }
    }

    /** Returns what was put for exactly this pattern, or null. */
    public @Nullable V at(String pattern) {
        return HostIndex.isWildcard(pattern) ? wildcards.get(pattern.substring(1)) : exact.get(pattern);
    }

    /** Ends the building of the table and returns it. */
    public HostTable<V> freeze() {
        int capacity = wildcards.isEmpty() ? 0 : Integer.highestOneBit(wildcards.size() * 4 - 1);
        suffixes = new String[capacity];
        values = new Object[capacity];
        for (Map.Entry<String, V> entry : wildcards.entrySet()) {
            String suffix = entry.getKey();
            int hash = 0;
            for (int i = suffix.length() - 1; i >= 0; i--) {
                hash = 31 * hash + suffix.charAt(i);
            }
            int slot = slot(hash);
            while (suffixes[slot] != null) {
                slot = slot + 1 & capacity - 1;
            }
            suffixes[slot] = suffix;
            values[slot] = entry.getValue();
        }
        return this;
    }

    /** Returns what is kept for {@code host} or else for the longest wildcard over it; null if nothing is. */
    public @Nullable V find(String host) {
        V value = exact.get(host);
        return value != null || suffixes.length == 0 ? value : wildcard(host);
    }

    /** Returns what is kept for the longest wildcard over {@code host}, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    V wildcard(String host) {
        Object found = null;
        int hash = 0;
        for (int i = host.length() - 1; i > 0; i--) {
            char c = host.charAt(i);
            hash = 31 * hash + c;
            if (c != '.' || suffixes.length == 0) {
                continue;
            }
            for (int slot = slot(hash); ; slot = slot + 1 & suffixes.length - 1) {
                String suffix = suffixes[slot];
                if (suffix == null) {
                    break;
                }
                if (suffix.length() == host.length() - i && host.startsWith(suffix, i)) {
                    found = values[slot];
                    break;
                }
            }
        }
        return (V) found;
    }

    private int slot(int hash) {
        return (hash ^ hash >>> 15) & suffixes.length - 1;
    }
}
