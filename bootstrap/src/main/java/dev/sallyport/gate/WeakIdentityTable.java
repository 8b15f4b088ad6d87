package dev.sallyport.gate;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Facts beside objects that are not ours: compares keys by identity, keeps none of them alive, and never blocks, because
 * it is used inside the scheduling of virtual threads. Safe on any thread.
 *
 * <p>Each bucket is a stack of nodes. A node is put on top by compare-and-set, dies when its value is set to null or its
 * key is collected, and is unlinked by whoever next adds to the bucket. Two threads that unlink at once may bring a dead
 * node back into the chain, never lose a live one; the dead one goes with the next addition.
 *
 * @param <V> the fact
 */
public final class WeakIdentityTable<V> {

    private static final class Node<V> extends WeakReference<Object> {

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Node, Object> VALUE =
                AtomicReferenceFieldUpdater.newUpdater(Node.class, Object.class, "value");

        private volatile @Nullable Object value;
        private volatile @Nullable Node<V> next;

        private Node(Object key, V value, @Nullable Node<V> next) {
            super(key);
            this.value = value;
            this.next = next;
        }

        private boolean dead() {
            return value == null || refersTo(null);
        }
    }

    private final AtomicReferenceArray<@Nullable Node<V>> buckets;

    /**
     * Creates an empty table.
     *
     * @param buckets how many buckets it has, a power of two; it does not grow, chains do
     */
    public WeakIdentityTable(int buckets) {
        this.buckets = new AtomicReferenceArray<>(buckets);
    }

    /** Returns the fact beside {@code key}, or null. */
    @SuppressWarnings("unchecked")
    public @Nullable V get(Object key) {
        Node<V> node = find(buckets.get(bucket(key)), key);
        return node == null ? null : (V) node.value;
    }

    /** Sets the fact beside {@code key}, whatever it was. */
    public void put(Object key, V value) {
        for (; ; ) {
            V old = get(key);
            if (old == value || replace(key, old, value)) {
                return;
            }
        }
    }

    /** Takes away the fact beside {@code key}; returns whether there was one. */
    public boolean remove(Object key) {
        Node<V> node = find(buckets.get(bucket(key)), key);
        if (node == null) {
            return false;
        }
        node.value = null;
        return true;
    }

    /**
     * Replaces the fact beside {@code key} if it is still {@code old}.
     *
     * @param old the fact as it was read, null for none
     * @param now the fact as it shall be, null for none
     * @return false if another thread was faster
     */
    public boolean replace(Object key, @Nullable V old, @Nullable V now) {
        int bucket = bucket(key);
        Node<V> top = buckets.get(bucket);
        Node<V> node = find(top, key);
        if (node != null) {
            return old != null && Node.VALUE.compareAndSet(node, old, now);
        }
        if (old != null) {
            return false;
        }
        if (now == null) {
            return true;
        }
        return buckets.compareAndSet(bucket, top, new Node<>(key, now, living(top)));
    }

    private int bucket(Object key) {
        return System.identityHashCode(key) & (buckets.length() - 1);
    }

    private static <V> @Nullable Node<V> find(@Nullable Node<V> top, Object key) {
        for (Node<V> node = top; node != null; node = node.next) {
            if (node.refersTo(key) && node.value != null) {
                return node;
            }
        }
        return null;
    }

    /** Unlinks the dead nodes of a chain and returns its first living one. */
    private static <V> @Nullable Node<V> living(@Nullable Node<V> top) {
        Node<V> first = top;
        while (first != null && first.dead()) {
            first = first.next;
        }
        Node<V> last = first;
        while (last != null) {
            Node<V> next = last.next;
            while (next != null && next.dead()) {
                next = next.next;
            }
            last.next = next;
            last = next;
        }
        return first;
    }

    /** Returns how many nodes are linked, dead ones included. */
    int nodes() {
        int nodes = 0;
        for (int i = 0; i < buckets.length(); i++) {
            for (Node<V> node = buckets.get(i); node != null; node = node.next) {
                nodes++;
            }
        }
        return nodes;
    }
}
