package dev.sallyport.policy.load;

import com.google.re2j.PatternSyntaxException;
import dev.sallyport.policy.condition.ArgumentSchema;
import dev.sallyport.policy.condition.ArgumentSchema.Bound;
import dev.sallyport.policy.condition.ArgumentSchema.Definition;
import dev.sallyport.policy.condition.ArgumentSchema.Formatted;
import dev.sallyport.policy.condition.ArgumentSchema.Items;
import dev.sallyport.policy.condition.ArgumentSchema.Keyword;
import dev.sallyport.policy.condition.ArgumentSchema.MultipleOf;
import dev.sallyport.policy.condition.ArgumentSchema.Never;
import dev.sallyport.policy.condition.ArgumentSchema.Pattern;
import dev.sallyport.policy.condition.ArgumentSchema.Properties;
import dev.sallyport.policy.condition.ArgumentSchema.Required;
import dev.sallyport.policy.condition.ArgumentSchema.Several;
import dev.sallyport.policy.condition.ArgumentSchema.Size;
import dev.sallyport.policy.condition.ArgumentSchema.Types;
import dev.sallyport.policy.condition.ArgumentSchema.Values;
import dev.sallyport.policy.condition.Format;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code argsSchema}. A keyword that is not known is an error: a schema of which a part does not count would let
 * through what its author meant to refuse.
 */
final class SchemaReading {

    private static final List<String> KEYWORDS = List.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "enum",
            "const",
            "pattern",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "items",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "format",
            "$ref",
            "$defs",
            "definitions");

    /** What JSON Schema itself calls annotations: they say something to people. */
    private static final List<String> ANNOTATIONS = List.of(
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$id",
            "$comment");

    private static final List<String> TYPES =
            List.of("string", "integer", "number", "boolean", "array", "object", "null");
    private static final int DEEPEST = 32;

    private static final Node NOTHING = new Node.Scalar("", true, 0, 0);

    private final Reading reading;
    private final Problems problems;
    private SchemaReferences references;

    SchemaReading(Reading reading) {
        this.reading = reading;
        this.problems = reading.problems();
        this.references = new SchemaReferences(NOTHING, problems);
    }

    /** Returns the schema of a tool's arguments, null with the problem noted. */
    @Nullable
    ArgumentSchema ofArguments(Node node) {
        references = new SchemaReferences(node, problems);
        Definition whole = references.begin(node);
        ArgumentSchema schema = schema(node, 0);
        whole.is(schema);
        references.refuseCircles();
        if (schema != null && node instanceof Node.Mapping mapping && mapping.get("type") instanceof Node.Scalar type) {
            if (!type.text().equals("object")) {
                problems.error(type, "a tool's arguments are an object, not of type '" + type.text() + "'");
            }
        }
        return schema;
    }

    private @Nullable ArgumentSchema schema(Node node, int depth) {
        if (depth > DEEPEST) {
            problems.error(node, "argsSchema is nested too deeply");
            return null;
        }
        if (node instanceof Node.Scalar scalar && scalar.plain()) {
            if (scalar.text().equals("true")) {
                return new ArgumentSchema(List.of());
            }
            if (scalar.text().equals("false")) {
                return new ArgumentSchema(List.of(new Never()));
            }
        }
        Node.Mapping mapping = reading.mapping(node, "a schema");
        if (mapping == null) {
            return null;
        }
        List<Keyword> keywords = new ArrayList<>();
        for (int i = 0; i < mapping.entries().size(); i++) {
            Node.Scalar key = mapping.entries().get(i).key();
            Keyword keyword = keyword(key, mapping.entries().get(i).value(), mapping, depth);
            if (keyword != null) {
                keywords.add(keyword);
            }
        }
        return new ArgumentSchema(List.copyOf(keywords));
    }

    private @Nullable Keyword keyword(Node.Scalar key, Node value, Node.Mapping schema, int depth) {
        String what = "'" + key.text() + "'";
        return switch (key.text()) {
            case "type" -> types(value);
            case "properties" -> properties(value, schema, depth);
            case "additionalProperties" -> schema.get("properties") == null ? properties(null, schema, depth) : null;
            case "required" -> new Required(List.copyOf(Reading.texts(reading.words(value, what))));
            case "enum" -> values(reading.list(value, what));
            case "const" -> values(List.of(value));
            case "pattern" -> pattern(value);
            case "minimum", "exclusiveMinimum" ->
                bound(value, what, false, key.text().startsWith("exclusive"));
            case "maximum", "exclusiveMaximum" ->
                bound(value, what, true, key.text().startsWith("exclusive"));
            case "multipleOf" -> {
                Number of = number(value, what);
                BigDecimal decimal = of == null ? BigDecimal.ONE : new BigDecimal(of.toString());
                if (decimal.signum() <= 0) {
                    problems.error(value, what + " must be above 0");
                    yield null;
                }
                yield new MultipleOf(decimal);
            }
            case "minLength", "minItems", "minProperties" -> new Size(sized(key), size(value, what), Integer.MAX_VALUE);
            case "maxLength", "maxItems", "maxProperties" -> new Size(sized(key), 0, size(value, what));
            case "items" -> {
                ArgumentSchema each = schema(value, depth + 1);
                yield each == null ? null : new Items(each);
            }
            case "allOf" -> several(value, what, depth, Integer.MAX_VALUE, Integer.MAX_VALUE);
            case "anyOf" -> several(value, what, depth, 1, Integer.MAX_VALUE);
            case "oneOf" -> several(value, what, depth, 1, 1);
            case "not" -> {
                ArgumentSchema not = schema(value, depth + 1);
                yield not == null ? null : new Several(List.of(not), 0, 0);
            }
            case "format" -> format(value);
            case "$ref" -> reference(value, depth);
            case "$defs", "definitions" -> {
                define(value, what, depth);
                yield null;
            }
            default -> {
                if (!ANNOTATIONS.contains(key.text())) {
                    String suggestion = Problems.suggest(key.text(), KEYWORDS);
                    problems.error(
                            key,
                            "argsSchema does not support the keyword " + what,
                            suggestion == null ? "it supports " + Reading.words(KEYWORDS) : suggestion);
                }
                yield null;
            }
        };
    }

    private @Nullable Keyword format(Node value) {
        Node.Scalar word = reading.word(value, "'format'");
        Format format = word == null ? null : Format.named(word.text());
        if (word != null && format == null) {
            problems.warning(word, "the format '" + word.text() + "' is not looked at", "add a 'pattern'");
        }
        return format == null ? null : new Formatted(format);
    }

    private @Nullable Keyword reference(Node value, int depth) {
        Node.Scalar word = reading.word(value, "'$ref'");
        Node target = word == null ? null : references.target(word);
        return target == null || word == null ? null : references.to(definition(target, depth), word);
    }

    private Definition definition(Node schema, int depth) {
        Definition known = references.known(schema);
        if (known != null) {
            return known;
        }
        Definition definition = references.begin(schema);
        definition.is(schema(schema, depth + 1));
        return definition;
    }

    /** Reads what nothing may refer to as well: an error is one wherever it stands. */
    private void define(Node value, String what, int depth) {
        Node.Mapping mapping = reading.mapping(value, what);
        for (int i = 0; mapping != null && i < mapping.entries().size(); i++) {
            Definition unused = definition(mapping.entries().get(i).value(), depth);
            if (unused.schema() == null) {
                return; // the error is noted
            }
        }
    }

    private @Nullable Keyword types(Node value) {
        List<Node.Scalar> words = reading.words(value, "'type'");
        List<ArgumentSchema.Type> types = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (reading.choice(words.get(i), "'type'", TYPES) >= 0) {
                types.add(ArgumentSchema.Type.valueOf(words.get(i).text().toUpperCase(Locale.ROOT)));
            }
        }
        return types.isEmpty() ? null : new Types(List.copyOf(types));
    }

    private @Nullable Keyword properties(@Nullable Node value, Node.Mapping schema, int depth) {
        Map<String, ArgumentSchema> known = new LinkedHashMap<>();
        Node.Mapping mapping = value == null ? null : reading.mapping(value, "'properties'");
        for (int i = 0; mapping != null && i < mapping.entries().size(); i++) {
            ArgumentSchema property = schema(mapping.entries().get(i).value(), depth + 1);
            if (property != null) {
                known.put(mapping.entries().get(i).key().text(), property);
            }
        }
        Node additional = schema.get("additionalProperties");
        boolean closed =
                additional instanceof Node.Scalar scalar && scalar.text().equals("false");
        ArgumentSchema others = additional == null || closed ? null : schema(additional, depth + 1);
        return new Properties(java.util.Collections.unmodifiableMap(known), others, closed);
    }

    private @Nullable Keyword values(@Nullable List<Node> nodes) {
        if (nodes == null) {
            return null;
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            values.add(value(nodes.get(i)));
        }
        return new Values(java.util.Collections.unmodifiableList(values));
    }

    private @Nullable Keyword pattern(Node node) {
        Node.Scalar word = reading.word(node, "'pattern'");
        if (word == null) {
            return null;
        }
        try {
            return new Pattern(com.google.re2j.Pattern.compile(word.text()));
        } catch (PatternSyntaxException e) {
            problems.error(
                    word, "'" + word.text() + "' is no pattern of RE2: " + e.getDescription(), "it has no look-around");
            return null;
        }
    }

    private @Nullable Keyword bound(Node node, String what, boolean upper, boolean exclusive) {
        Number bound = number(node, what);
        return bound == null ? null : new Bound(bound, upper, exclusive);
    }

    private @Nullable Number number(Node node, String what) {
        if (value(node) instanceof Number number) {
            return number;
        }
        problems.error(node, what + " must be a number, not " + node.kind());
        return null;
    }

    private int size(Node node, String what) {
        if (value(node) instanceof Long size && size >= 0 && size < Integer.MAX_VALUE) {
            return size.intValue();
        }
        problems.error(node, what + " must be a whole number, not " + node.kind());
        return 0;
    }

    private static ArgumentSchema.Type sized(Node.Scalar key) {
        String text = key.text();
        return text.endsWith("Length")
                ? ArgumentSchema.Type.STRING
                : text.endsWith("Items") ? ArgumentSchema.Type.ARRAY : ArgumentSchema.Type.OBJECT;
    }

    private @Nullable Keyword several(Node node, String what, int depth, int least, int most) {
        List<Node> nodes = reading.list(node, what);
        if (nodes == null) {
            return null;
        }
        if (nodes.isEmpty()) {
            problems.error(node, what + " is empty", "leave it out, or give it schemas");
        }
        List<ArgumentSchema> schemas = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            ArgumentSchema schema = schema(nodes.get(i), depth + 1);
            if (schema != null) {
                schemas.add(schema);
            }
        }
        return new Several(List.copyOf(schemas), Math.min(least, schemas.size()), most);
    }

    private static @Nullable Object value(Node node) {
        if (node instanceof Node.Sequence sequence) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                values.add(value(sequence.items().get(i)));
            }
            return values;
        }
        if (node instanceof Node.Mapping mapping) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (int i = 0; i < mapping.entries().size(); i++) {
                values.put(
                        mapping.entries().get(i).key().text(),
                        value(mapping.entries().get(i).value()));
            }
            return values;
        }
        Node.Scalar scalar = (Node.Scalar) node;
        if (!scalar.plain()) {
            return scalar.text();
        }
        if (scalar.absent()) {
            return null;
        }
        if (scalar.text().equals("true") || scalar.text().equals("false")) {
            return scalar.text().equals("true");
        }
        return number(scalar.text());
    }

    /** Returns the number that a plain scalar is, or else the text. */
    private static Object number(String text) {
        char first = text.charAt(0);
        if ((first < '0' || first > '9') && first != '-' && first != '+' && first != '.') {
            return text;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            // not a whole one
        }
        try {
            double number = Double.parseDouble(text);
            char last = text.charAt(text.length() - 1);
            return last >= '0' && last <= '9' && !Double.isInfinite(number) ? number : text;
        } catch (NumberFormatException e) {
            return text;
        }
    }
}
