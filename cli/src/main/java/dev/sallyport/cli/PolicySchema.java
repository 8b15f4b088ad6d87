package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.policy.load.Node;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON Schema of a policy, asked for what it says of a key. */
final class PolicySchema {

    private final Map<?, ?> root;

    private PolicySchema(Map<?, ?> root) {
        this.root = root;
    }

    /**
     * Reads the schema that is part of the product.
     *
     * @throws IOException if this build has none
     */
    static PolicySchema read() throws IOException {
        try (InputStream in = PolicySchema.class.getResourceAsStream(SchemaCommand.SCHEMA)) {
            if (in == null) {
                throw new IOException("the schema is missing from this build");
            }
            try (JsonParser parser = new JsonFactory().createParser(in)) {
                parser.nextToken();
                return new PolicySchema((Map<?, ?>) value(parser));
            }
        }
    }

    /**
     * Returns what the key at a place of a policy is for: {@code resolved: Which addresses ...}; null if no key that the
     * schema describes is or holds what stands there.
     *
     * @param policy the policy's root
     */
    @Nullable
    String about(Node policy, int line, int column) {
        return about(policy, List.of(root), line, column);
    }

    private @Nullable String about(Node node, List<Map<?, ?>> schemas, int line, int column) {
        if (node instanceof Node.Sequence sequence) {
            for (Node item : sequence.items()) {
                String found = about(item, inner(schemas, "items"), line, column);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        if (!(node instanceof Node.Mapping mapping)) {
            return null;
        }
        for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            List<Map<?, ?>> described = property(schemas, key);
            List<Map<?, ?>> values = described.isEmpty() ? inner(schemas, "additionalProperties") : described;
            String found = about(entry.value(), values, line, column);
            if (found != null) {
                return found;
            }
            if (isAt(entry.key(), line, column) || holds(entry.value(), line, column)) {
                return described.isEmpty() ? null : describe(key, described);
            }
        }
        return null;
    }

    private static @Nullable String describe(String key, List<Map<?, ?>> schemas) {
        for (Map<?, ?> schema : schemas) {
            if (schema.get("description") instanceof String description) {
                return key + ": " + description;
            }
        }
        return null;
    }

    private static boolean holds(Node node, int line, int column) {
        if (isAt(node, line, column)) {
            return true;
        }
        if (node instanceof Node.Sequence sequence) {
            for (Node item : sequence.items()) {
                if (holds(item, line, column)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isAt(Node node, int line, int column) {
        return node.line() == line && node.column() == column;
    }

    private List<Map<?, ?>> property(List<Map<?, ?>> schemas, String key) {
        List<Map<?, ?>> found = new ArrayList<>();
        for (Map<?, ?> schema : schemas) {
            if (schema.get("properties") instanceof Map<?, ?> properties
                    && properties.get(key) instanceof Map<?, ?> one) {
                add(one, found);
            }
        }
        return found;
    }

    private List<Map<?, ?>> inner(List<Map<?, ?>> schemas, String keyword) {
        List<Map<?, ?>> found = new ArrayList<>();
        for (Map<?, ?> schema : schemas) {
            if (schema.get(keyword) instanceof Map<?, ?> one) {
                add(one, found);
            }
        }
        return found;
    }

    /** Adds a schema, what it refers to, and what it leaves to choose from. */
    private void add(Map<?, ?> schema, List<Map<?, ?>> found) {
        found.add(schema);
        if (schema.get("$ref") instanceof String reference
                && root.get("$defs") instanceof Map<?, ?> definitions
                && definitions.get(reference.substring(reference.lastIndexOf('/') + 1)) instanceof Map<?, ?> meant) {
            add(meant, found);
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (schema.get(choice) instanceof List<?> all) {
                for (Object one : all) {
                    if (one instanceof Map<?, ?> map) {
                        add(map, found);
                    }
                }
            }
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                return object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                return array;
            }
            default -> {
                return parser.getText();
            }
        }
    }
}
