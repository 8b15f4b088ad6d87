package dev.sallyport.agent.enforce;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of a tool call as plain values, whatever its framework has them in: JSON text, a map, objects of the
 * application's own. What it makes of them is what the tool will make of them, or nothing: a name that stands twice in one
 * JSON object, a number that no {@code double} holds, an object that only its own code understands leave all arguments
 * unread, and so do too many or too deeply nested values.
 */
final class ToolArguments {

    private static final int MOST_VALUES = 100_000;
    private static final int DEEPEST = 64;
    private static final int LONGEST_TEXT = 8 << 20;

    /** Thrown where a value cannot be read. */
    private static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        Unreadable() {
            super(null, null, false, false);
        }
    }

    /** Apart, because what it needs is loaded with it. */
    private static final class Json {

        static final JsonFactory FACTORY = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(LONGEST_TEXT)
                        .maxNumberLength(400)
                        .build())
                .build();

        private Json() {}
    }

    private int values;

    private ToolArguments() {}

    /**
     * Returns the arguments by name, immutable.
     *
     * @param given a JSON object as text, or a map
     * @return null if they cannot be read
     */
    static @Nullable Map<String, Object> read(Object given) {
        if (given instanceof String text && text.isBlank()) {
            return Map.of(); // as models write it for a tool without parameters, and frameworks take it
        }
        try {
            Object read = new ToolArguments().value(given, given instanceof String, 0);
            return read instanceof Map<?, ?> map ? named(map) : null;
        } catch (Unreadable | IOException | InaccessibleObjectException e) {
            return null;
        } catch (RuntimeException | StackOverflowError e) {
            // a map or a list of the application's own
            return null;
        }
    }

    @SuppressWarnings("unchecked") // made here, with text keys
    private static Map<String, Object> named(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private @Nullable Object value(@Nullable Object given, boolean json, int depth) throws Unreadable, IOException {
        if (++values > MOST_VALUES || depth > DEEPEST) {
            throw new Unreadable();
        }
        if (given == null || given instanceof Boolean || given instanceof Long) {
            return given;
        }
        if (given instanceof String text) {
            return json ? parsed(text) : text;
        }
        if (given instanceof Number number) {
            return number(number);
        }
        if (given instanceof Map<?, ?> map) {
            return map(map, depth);
        }
        if (given instanceof Collection<?> list) {
            return list(list, depth);
        }
        if (given instanceof Enum<?> constant) {
            return constant.name();
        }
        if (given instanceof Optional<?> optional) {
            return value(optional.orElse(null), false, depth + 1);
        }
        Class<?> type = given.getClass();
        if (type.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            for (int i = 0; i < Array.getLength(given); i++) {
                list.add(value(Array.get(given, i), false, depth + 1));
            }
            return Collections.unmodifiableList(list);
        }
        if (given instanceof Character
                || given instanceof StringBuilder
                || given instanceof StringBuffer
                || given instanceof UUID
                || given instanceof URI
                || given instanceof Locale
                || type.getName().startsWith("java.time.")) {
            return given.toString();
        }
        if (type.getName().equals("com.microsoft.semantickernel.contextvariables.ContextVariable")) {
            return value(field(given, type, "value"), false, depth + 1);
        }
        return fields(given, type, depth);
    }

    private static Object number(Number number) throws Unreadable {
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        if (number instanceof BigInteger integer && integer.bitLength() < Long.SIZE) {
            return integer.longValue();
        }
        if (number instanceof Double
                || number instanceof Float
                || number instanceof BigInteger
                || number instanceof BigDecimal) {
            double value = number.doubleValue();
            if (!Double.isNaN(value) && !Double.isInfinite(value)) {
                return value;
            }
        }
        throw new Unreadable();
    }

    private Map<String, @Nullable Object> map(Map<?, ?> given, int depth) throws Unreadable, IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : given.entrySet()) {
            Object key = value(entry.getKey(), false, depth + 1);
            if (key == null || key instanceof Map || key instanceof List || map.containsKey(key.toString())) {
                throw new Unreadable();
            }
            map.put(key.toString(), value(entry.getValue(), false, depth + 1));
        }
        return Collections.unmodifiableMap(map);
    }

    private List<@Nullable Object> list(Collection<?> given, int depth) throws Unreadable, IOException {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object item : given) {
            list.add(value(item, false, depth + 1));
        }
        return Collections.unmodifiableList(list);
    }

    /** An object of the application's own is what its fields hold: none of its code is asked. */
    private Map<String, @Nullable Object> fields(Object given, Class<?> type, int depth)
            throws Unreadable, IOException {
        ClassLoader loader = type.getClassLoader();
        if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
            throw new Unreadable();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
                    continue;
                }
                if (map.containsKey(field.getName())) {
                    throw new Unreadable();
                }
                map.put(field.getName(), value(content(field, given), false, depth + 1));
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private static @Nullable Object field(Object given, Class<?> type, String name) throws Unreadable {
        try {
            return content(type.getDeclaredField(name), given);
        } catch (NoSuchFieldException e) {
            throw new Unreadable();
        }
    }

    private static @Nullable Object content(Field field, Object of) throws Unreadable {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new Unreadable();
        }
    }

    private @Nullable Object parsed(String text) throws Unreadable, IOException {
        if (text.length() > LONGEST_TEXT) {
            throw new Unreadable();
        }
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            Object value = json(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new Unreadable();
            }
            return value;
        }
    }

    private @Nullable Object json(JsonParser parser, @Nullable JsonToken token) throws Unreadable, IOException {
        if (token == null || ++values > MOST_VALUES) {
            throw new Unreadable();
        }
        switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    map.put(name, json(parser, parser.nextToken()));
                }
                return Collections.unmodifiableMap(map);
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(json(parser, next));
                }
                return Collections.unmodifiableList(list);
            }
            case VALUE_STRING -> {
                return parser.getText();
            }
            case VALUE_NUMBER_INT -> {
                return number(parser.getNumberValue());
            }
            case VALUE_NUMBER_FLOAT -> {
                return number(parser.getDoubleValue());
            }
            case VALUE_TRUE -> {
                return true;
            }
            case VALUE_FALSE -> {
                return false;
            }
            case VALUE_NULL -> {
                return null;
            }
            default -> throw new Unreadable();
        }
    }
}
