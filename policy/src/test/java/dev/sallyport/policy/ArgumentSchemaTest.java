package dev.sallyport.policy;

import static dev.sallyport.policy.Policies.engine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code argsSchema} makes of the JSON Schema that people write for tools. */
class ArgumentSchemaTest {

    private record Known(Map<String, Object> arguments) implements Circumstances {

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public @Nullable Task task() {
            return null;
        }
    }

    @Test
    void aSchemaRefersToItsDefinitionsAndTreesToThemselves() {
        String schema = """
                {"type": "object", "properties": {"from": {"$ref": "#/$defs/address"}, "tree": {"$ref": "#/$defs/tree"}},
                 "$defs": {"address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
                           "tree": {"type": "object", "properties": {
                               "value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}}""";
        assertThat(fits(schema, Map.of("from", Map.of("city", "Gent")))).isTrue();
        assertThat(fits(schema, Map.of("from", Map.of("town", "Gent")))).isFalse();
        Map<String, Object> right = Map.of("value", 1L, "children", List.of(Map.of("value", 2L)));
        Map<String, Object> wrong = Map.of("children", List.of(Map.of("children", List.of(Map.of("value", "3")))));
        assertThat(fits(schema, Map.of("tree", right))).isTrue();
        assertThat(fits(schema, Map.of("tree", wrong))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"$ref": "other.json#/a"}                                        | can only point into the same schema
            {"$ref": "#/$defs/none"}                                         | there is nothing at '#/$defs/none'
            {"$ref": "#"}                                                    | leads back to itself
            {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}             | leads back to itself
            {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}} | leads back to itself
            {"$defs": {"a": {"typ": "string"}}}                              | does not support the keyword 'typ'
            {"uniqueItems": true}                                            | does not support the keyword 'uniqueItems'
            {"nullable": true}                                               | does not support the keyword 'nullable'
            {"if": {}, "then": {}}                                           | does not support the keyword 'if'
            {"properties": {"a": {"$dynamicRef": "#x"}}}                     | does not support the keyword '$dynamicRef'
            """)
    void whatIsNotSupportedIsRefusedWithItsPlace(String schema, String message) {
        PolicyException refused =
                catchThrowableOfType(PolicyException.class, () -> Policies.load(policy(schema), Overrides.NONE));

        assertThat(refused.problems())
                .first()
                .asString()
                .startsWith("policy")
                .contains(":4:")
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "date, 2026-10-01, 2026-13-01",
        "date, 2028-02-29, 2026-02-29",
        "time, 10:15:30Z, 10:15",
        "time, 10:15:30+01:00, 10:15:30",
        "date-time, 2026-10-01T10:15:30.5Z, 2026-10-01 10:15:30",
        "uuid, 2eb8aa08-aa98-11ea-b4aa-73b441d16380, 2eb8aa08-aa98-11ea-b4aa73b441d16380",
        "ipv4, 192.0.2.1, 192.0.2.256",
        "ipv4, 0.0.0.0, 192.0.02.1",
        "ipv6, 2001:db8::1, 2001:db8:::1",
        "email, ana@shop.example, ana.shop.example"
    })
    void aFormatThatIsLookedAtMustFit(String format, String right, String wrong) {
        String schema = "{\"properties\": {\"a\": {\"format\": \"" + format + "\"}}}";
        assertThat(fits(schema, Map.of("a", right))).isTrue();
        assertThat(fits(schema, Map.of("a", wrong))).isFalse();
        assertThat(fits(schema, Map.of("a", 7L))).as("a number has no format").isTrue();
    }

    @Test
    void aFormatThatIsNotLookedAtIsWarnedOf() throws PolicyException {
        assertThat(Policies.load(policy("{\"properties\": {\"a\": {\"format\": \"uri\"}}}"), Overrides.NONE)
                        .warnings())
                .singleElement()
                .asString()
                .contains(":4:")
                .contains("the format 'uri' is not looked at");
    }

    /**
     * The same schemas and arguments, by the validator that the policy's own schema is held to. It takes 2 and 2.0 for different
     * inside a list; the specification does not.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"integer\"}",
                "{\"type\": [\"string\", \"null\"]}",
                "{\"type\": \"number\", \"minimum\": 1.5}",
                "{\"maximum\": 3, \"exclusiveMinimum\": 0}",
                "{\"multipleOf\": 0.01}",
                "{\"multipleOf\": 2}",
                "{\"enum\": [1, \"a\", null, [1], {\"a\": 1}, true]}",
                "{\"const\": 1}",
                "{\"const\": {\"a\": [1, 2]}}",
                "{\"minLength\": 2, \"maxLength\": 3}",
                "{\"pattern\": \"^a+$\"}",
                "{\"items\": {\"type\": \"integer\"}, \"minItems\": 1, \"maxItems\": 2}",
                "{\"required\": [\"a\"], \"additionalProperties\": false, \"properties\": {\"a\": {}}}",
                "{\"additionalProperties\": {\"type\": \"integer\"}, \"minProperties\": 1, \"maxProperties\": 2}",
                "{\"anyOf\": [{\"type\": \"string\"}, {\"minimum\": 2}]}",
                "{\"oneOf\": [{\"type\": \"integer\"}, {\"minimum\": 2}]}",
                "{\"allOf\": [{\"type\": \"integer\"}, {\"minimum\": 2}]}",
                "{\"not\": {\"type\": [\"integer\", \"array\"]}}",
                "{\"not\": {}}",
                "true",
                "false"
            })
    void aValueFitsWhereTheKnownValidatorSaysSo(String schema) throws Exception {
        String whole = "{\"properties\": {\"v\": " + schema + "}}";
        Schema validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new ObjectMapper().readTree(whole));
        String[] values = {
            "null",
            "true",
            "false",
            "0",
            "1",
            "2",
            "3",
            "-1",
            "1.0",
            "1.5",
            "2.5",
            "3.01",
            "1e3",
            "\"\"",
            "\"a\"",
            "\"aa\"",
            "\"aaaa\"",
            "\"\uD83D\uDE00b\"",
            "[]",
            "[1]",
            "[1, 2]",
            "[1, \"a\"]",
            "[1, 2, 3]",
            "{}",
            "{\"a\": 1}",
            "{\"b\": 1}",
            "{\"a\": [1, 2]}",
            "{\"a\": 1, \"b\": 2}",
            "{\"a\": 1, \"b\": \"c\", \"c\": 3}"
        };
        ObjectMapper json = new ObjectMapper();
        for (String value : values) {
            JsonNode instance = json.readTree("{\"v\": " + value + "}");
            @SuppressWarnings("unchecked")
            Map<String, Object> arguments = (Map<String, Object>) Objects.requireNonNull(wide(instance));
            assertThat(fits(whole, arguments))
                    .as("%s by %s", value, schema)
                    .isEqualTo(validator.validate(instance).isEmpty());
        }
    }

    /** Whole numbers as arguments have them. */
    private static @Nullable Object wide(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(wide(item)));
            return items;
        }
        if (node.isObject()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), wide(field.getValue())));
            return fields;
        }
        return null;
    }

    private static String policy(String schema) {
        return "tools: [{id: a, tool: t, argsSchema: " + schema.replace("\n", " ") + ", action: allow}]\n";
    }

    private static boolean fits(String schema, Map<String, Object> arguments) {
        Call call =
                new Call(Stage.TOOL, Via.TOOL, "refund", Library.NONE, null, null, -1, null, "t", new Known(arguments));
        return !engine(policy(schema)).decide(call).denied();
    }
}
