package dev.sallyport.policy.condition;

import dev.cel.common.values.NullValue;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Arguments as CEL wants them, with its null where they have Java's. Views: what an expression does not ask for is not
 * looked at, however large it is.
 */
final class CelValues {

    private CelValues() {}

    static Object of(@Nullable Object value) {
        if (value instanceof String) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            return new Fields(map);
        }
        if (value instanceof List<?> list) {
            return new Items(list);
        }
        return value == null ? NullValue.NULL_VALUE : value;
    }

    private static final class Fields extends AbstractMap<Object, Object> {

        private final Map<?, ?> map;

        Fields(Map<?, ?> map) {
            this.map = map;
        }

        @Override
        public @Nullable Object get(Object key) {
            Object value = map.get(key);
            return value == null && !map.containsKey(key) ? null : of(value);
        }

        @Override
        public boolean containsKey(Object key) {
            return map.containsKey(key);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        @SuppressWarnings("unchecked") // CEL only reads it
        public Set<Object> keySet() {
            return (Set<Object>) map.keySet();
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            return new Entries(map);
        }
    }

    private static final class Entries extends AbstractSet<Map.Entry<Object, Object>> {

        private final Map<?, ?> map;

        Entries(Map<?, ?> map) {
            this.map = map;
        }

        @Override
        public Iterator<Map.Entry<Object, Object>> iterator() {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            return new Iterator<>() {

                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public Map.Entry<Object, Object> next() {
                    Map.Entry<?, ?> entry = entries.next();
                    return Map.entry(entry.getKey(), of(entry.getValue()));
                }
            };
        }

        @Override
        public int size() {
            return map.size();
        }
    }

    private static final class Items extends AbstractList<Object> implements RandomAccess {

        private final List<?> list;

        Items(List<?> list) {
            this.list = list;
        }

        @Override
        public Object get(int index) {
            return of(list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }
}
