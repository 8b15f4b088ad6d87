package dev.sallyport.cli;

import dev.sallyport.policy.load.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values that a tool is called with, as the gate sees them. */
final class Values {

    private Values() {}

    /** Returns the arguments that a mapping holds. */
    static Map<String, @Nullable Object> of(Node.Mapping mapping) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Node.Entry entry : mapping.entries()) {
            values.put(entry.key().text(), value(entry.value()));
        }
        return Collections.unmodifiableMap(values);
    }

    private static @Nullable Object value(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return of(mapping);
        }
        if (node instanceof Node.Sequence sequence) {
            List<@Nullable Object> values = new ArrayList<>();
            for (Node item : sequence.items()) {
                values.add(value(item));
            }
            return Collections.unmodifiableList(values);
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return scalar.absent() ? null : scalar.plain() ? plain(scalar.text()) : scalar.text();
    }

    private static Object plain(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        try {
            if (text.matches("-?(0|[1-9]\\d*)")) {
                return Long.valueOf(text);
            }
            if (text.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
                return Double.valueOf(text);
            }
        } catch (NumberFormatException e) {
            return text;
        }
        return text;
    }
}
