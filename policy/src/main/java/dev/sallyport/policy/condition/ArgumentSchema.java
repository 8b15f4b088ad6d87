package dev.sallyport.policy.condition;

import com.google.re2j.Matcher;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a tool's arguments must be: the part of JSON Schema (2020-12) that schemas of tools are written in. Values are those
 * of {@link dev.sallyport.policy.Circumstances#arguments}. Immutable.
 *
 * @param keywords all must hold
 */
public record ArgumentSchema(List<Keyword> keywords) {

    /** The types of JSON, by which {@code type} names them. */
    public enum Type {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        ARRAY,
        OBJECT,
        NULL;

        private boolean is(@Nullable Object value) {
            return switch (this) {
                case STRING -> value instanceof String;
                case INTEGER ->
                    value instanceof Long || (value instanceof Double number && number == Math.rint(number));
                case NUMBER -> value instanceof Number;
                case BOOLEAN -> value instanceof Boolean;
                case ARRAY -> value instanceof List;
                case OBJECT -> value instanceof Map;
                case NULL -> value == null;
            };
        }

        /** Returns the word of JSON Schema for it. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** One keyword with its value. */
    public sealed interface Keyword {

        /**
         * Says what of {@code value} is not as it must be, without telling the value; null if nothing is. What a keyword is
         * not about, it lets pass: {@code minLength} a number.
         *
         * @param place where the value stands, as {@code args.lines[2].amount}
         */
        @Nullable
        String fault(@Nullable Object value, String place);
    }

    /** The types that a value may have. */
    public record Types(List<Type> types) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            StringBuilder words = new StringBuilder();
            for (int i = 0; i < types.size(); i++) {
                if (types.get(i).is(value)) {
                    return null;
                }
                words.append(i == 0 ? "" : " or ").append(types.get(i).label());
            }
            return place + " is not of type " + words;
        }
    }

    /**
     * {@code properties} and {@code additionalProperties}.
     *
     * @param known the properties that are named
     * @param others what the others must be; null for anything
     * @param closed whether there may be no others
     */
    public record Properties(
            Map<String, ArgumentSchema> known, @Nullable ArgumentSchema others, boolean closed) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            if (value instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    String name = String.valueOf(entry.getKey());
                    ArgumentSchema schema = known.get(name);
                    if (schema == null && closed) {
                        return place + " has '" + name + "', which argsSchema does not name";
                    }
                    ArgumentSchema meant = schema == null ? others : schema;
                    String fault = meant == null ? null : meant.fault(entry.getValue(), place + '.' + name);
                    if (fault != null) {
                        return fault;
                    }
                }
            }
            return null;
        }
    }

    /** {@code required}. */
    public record Required(List<String> names) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            if (value instanceof Map<?, ?> map) {
                for (int i = 0; i < names.size(); i++) {
                    if (!map.containsKey(names.get(i))) {
                        return place + '.' + names.get(i) + " is missing";
                    }
                }
            }
            return null;
        }
    }

    /** {@code enum}, and {@code const} as one of one. */
    public record Values(List<@Nullable Object> values) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            for (int i = 0; i < values.size(); i++) {
                if (same(values.get(i), value)) {
                    return null;
                }
            }
            return place + " is none of the values that argsSchema lists";
        }

        private static boolean same(@Nullable Object a, @Nullable Object b) {
            if (a instanceof Number x && b instanceof Number y) {
                return compare(x, y) == 0;
            }
            if (a instanceof List<?> x && b instanceof List<?> y) {
                boolean same = x.size() == y.size();
                for (int i = 0; same && i < x.size(); i++) {
                    same = same(x.get(i), y.get(i));
                }
                return same;
            }
            if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
                boolean same = x.size() == y.size();
                for (Map.Entry<?, ?> entry : x.entrySet()) {
                    same = same && y.containsKey(entry.getKey()) && same(entry.getValue(), y.get(entry.getKey()));
                }
                return same;
            }
            return Objects.equals(a, b);
        }
    }

    /** {@code pattern}: RE2, found anywhere in a text. */
    public record Pattern(com.google.re2j.Pattern pattern) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            if (value instanceof String text) {
                Matcher matcher = pattern.matcher(text);
                return matcher.find() ? null : place + " does not match " + pattern.pattern();
            }
            return null;
        }
    }

    /**
     * {@code minimum}, {@code maximum}, {@code exclusiveMinimum}, {@code exclusiveMaximum}.
     *
     * @param bound the bound
     * @param upper whether nothing may be greater, else nothing less
     * @param exclusive whether the bound itself is outside
     */
    public record Bound(Number bound, boolean upper, boolean exclusive) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            if (!(value instanceof Number number)) {
                return null;
            }
            int order = compare(number, bound);
            boolean outside = upper ? order > 0 : order < 0;
            return outside || (exclusive && order == 0) ? place + (upper ? " is above " : " is below ") + bound : null;
        }
    }

    /** {@code multipleOf}. */
    public record MultipleOf(BigDecimal of) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            return value instanceof Number number
                            && decimal(number).remainder(of).signum() != 0
                    ? place + " is not a multiple of " + of
                    : null;
        }
    }

    /**
     * {@code minLength}, {@code maxLength}, {@code minItems}, {@code maxItems}, {@code minProperties}, {@code
     * maxProperties}.
     *
     * @param of which values have a size that is meant: texts, lists or objects
     * @param least the least size
     * @param most the greatest size
     */
    public record Size(Type of, int least, int most) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            int size;
            if (of == Type.STRING && value instanceof String text) {
                size = text.codePointCount(0, text.length());
            } else if (of == Type.ARRAY && value instanceof List<?> list) {
                size = list.size();
            } else if (of == Type.OBJECT && value instanceof Map<?, ?> map) {
                size = map.size();
            } else {
                return null;
            }
            if (size < least) {
                return place + " is shorter than " + least;
            }
            return size > most ? place + " is longer than " + most : null;
        }
    }

    /** {@code items}. */
    public record Items(ArgumentSchema each) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    String fault = each.fault(list.get(i), place + '[' + i + ']');
                    if (fault != null) {
                        return fault;
                    }
                }
            }
            return null;
        }
    }

    /** {@code allOf}, {@code anyOf}, {@code oneOf}; and {@code not} as none of one. */
    public record Several(List<ArgumentSchema> schemas, int least, int most) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            int fitting = 0;
            String first = null;
            for (int i = 0; i < schemas.size(); i++) {
                String fault = schemas.get(i).fault(value, place);
                first = first == null ? fault : first;
                fitting += fault == null ? 1 : 0;
            }
            if (fitting > most) {
                return place + " fits " + (most == 0 ? "what it must not be" : "more than one of argsSchema's choices");
            }
            if (fitting >= least) {
                return null;
            }
            return least == schemas.size() && first != null ? first : place + " fits none of argsSchema's choices";
        }
    }

    /** {@code $ref}: what is said elsewhere in the same document, which may refer to itself for what is inside a value. */
    public record Reference(Definition to) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            ArgumentSchema schema = to.schema();
            return schema == null ? place + " must be what argsSchema does not say" : schema.fault(value, place);
        }
    }

    /** A schema that is referred to. Filled once, before the policy is used. */
    public static final class Definition {

        private @Nullable ArgumentSchema schema;

        /** Returns it; null while it is read, or if it is wrong. */
        public @Nullable ArgumentSchema schema() {
            return schema;
        }

        /** Takes what was read. */
        public void is(@Nullable ArgumentSchema read) {
            schema = read;
        }
    }

    /** {@code format}, of those formats that are looked at: a text that is not so is wrong. */
    public record Formatted(Format format) implements Keyword {

        @Override
        public @Nullable String fault(@Nullable Object value, String place) {
            boolean fits = !(value instanceof String text) || format.fits(text);
            return fits ? null : place + " is no " + format.label();
        }
    }

    /** {@code false}: nothing is right. */
    public record Never() implements Keyword {

        @Override
        public String fault(@Nullable Object value, String place) {
            return place + " must not be there";
        }
    }

    /** Says what of {@code value} is not as it must be, and where; null if nothing is. */
    @Nullable
    String fault(@Nullable Object value, String place) {
        for (int i = 0; i < keywords.size(); i++) {
            String fault = keywords.get(i).fault(value, place);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** Returns the properties that are named, and nothing else may be there; null if none are. */
    @Nullable
    Properties properties() {
        for (int i = 0; i < keywords.size(); i++) {
            if (keywords.get(i) instanceof Properties properties) {
                return properties;
            }
        }
        return null;
    }

    /** Returns the only type that a value may have; null if there are several. */
    @Nullable
    Type type() {
        for (int i = 0; i < keywords.size(); i++) {
            if (keywords.get(i) instanceof Types types && types.types().size() == 1) {
                return types.types().get(0);
            }
        }
        return null;
    }

    /** Returns what the items of a list must be; null if anything. */
    @Nullable
    ArgumentSchema items() {
        for (int i = 0; i < keywords.size(); i++) {
            if (keywords.get(i) instanceof Items items) {
                return items.each();
            }
        }
        return null;
    }

    private static int compare(Number a, Number b) {
        return a instanceof Long x && b instanceof Long y
                ? Long.compare(x, y)
                : decimal(a).compareTo(decimal(b));
    }

    private static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : BigDecimal.valueOf(number.doubleValue());
    }
}
