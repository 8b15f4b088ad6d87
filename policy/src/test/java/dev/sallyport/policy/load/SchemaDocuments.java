package dev.sallyport.policy.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Random;

/** Writes documents at random by a JSON Schema, and now and then something else than it says. */
final class SchemaDocuments {

    private static final String HEAD = "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: a}\n";
    private static final int DEEPEST = 12;
    private static final String[] WORDS = {
        "a",
        "refund",
        "psp",
        "allow",
        "deny",
        "approve",
        "monitor",
        "enforce",
        "*",
        "*.example.com",
        "api.psp.example",
        "api.psp.example:443",
        "10.0.0.0/8",
        "10.0.0.1/8",
        "2001:db8::/32",
        "::1",
        "tcp",
        "http",
        "process",
        "15m",
        "24h",
        "10MiB",
        "2027-01-31",
        "args.amount > 3",
        "args.a.all(x, x in [1, 2])",
        "past.args.a == args.a",
        "com.shop:*",
        "com.shop.Desk#handle",
        "/v1/refunds",
        "/orders/*",
        "tool.calls",
        "egress.bytesOut",
        "args.amount",
        "^[a-z]+$",
        "(((((a*)*)*)*)*)",
        "feeds/threat.txt",
        "feeds/ServiceTags_Public.json",
        "sallyport.dev/v1",
        "Policy",
        "group:finance",
        "",
        " ",
        "é",
        "😀",
        "\u0000",
        "~",
        "0x10",
        "-"
    };
    private static final String[] NUMBERS = {
        "0",
        "1",
        "-1",
        "443",
        "65536",
        "2147483648",
        "9223372036854775808",
        "1e400",
        "1e-400",
        "0.1",
        "-0.0",
        "123456789012345678901234567890"
    };

    private final JsonNode schema;

    private SchemaDocuments(JsonNode schema) {
        this.schema = schema;
    }

    static SchemaDocuments ofPolicies() {
        try (InputStream in = SchemaDocuments.class.getResourceAsStream("/dev/sallyport/policy/policy.schema.json")) {
            return new SchemaDocuments(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a document, in JSON, which is YAML too, or with its sections one below the other. */
    String next(Random random) {
        StringBuilder text = new StringBuilder();
        if (random.nextBoolean()) {
            write(schema, random, 0, text);
            return text.toString();
        }
        text.append(HEAD);
        for (Map.Entry<String, JsonNode> section : schema.path("properties").properties()) {
            boolean written = HEAD.contains(section.getKey() + ':');
            if (!written && random.nextInt(3) == 0) {
                text.append(section.getKey()).append(": ");
                write(section.getValue(), random, 1, text);
                text.append('\n');
            }
        }
        return text.toString();
    }

    static String bomb(Random random) {
        int size = 1 << (4 + random.nextInt(16));
        String[] places = {
            "egress: ", "tools: [{id: a, tool: b, when: ", "groups: {a: {fqdn: ", "metadata: ", "agents: {a: ", ""
        };
        StringBuilder text = new StringBuilder(HEAD).append(places[random.nextInt(places.length)]);
        switch (random.nextInt(7)) {
            case 0 -> text.append("[".repeat(size));
            case 1 -> text.append("{a: ".repeat(size));
            case 2 -> text.append("[".repeat(size)).append("]".repeat(size));
            case 3 -> text.append("9".repeat(size));
            case 4 -> text.append('"').append("(".repeat(size)).append('"');
            case 5 -> {
                text.append("\nx0: &x0 [a, a]\n");
                for (int i = 1; i < 30; i++) {
                    text.append("x").append(i).append(": &x").append(i);
                    text.append(" [")
                            .append("*x")
                            .append(i - 1)
                            .append(", *x")
                            .append(i - 1)
                            .append("]\n");
                }
            }
            default -> {
                for (int i = 0; i < Math.min(size, 2_000); i++) {
                    text.append('\n').append(" ".repeat(i)).append("a:");
                }
            }
        }
        return text.toString();
    }

    private void write(JsonNode described, Random random, int depth, StringBuilder text) {
        JsonNode node = described;
        while (node.has("$ref")) {
            node = schema.at(node.get("$ref").asText().substring(1));
        }
        JsonNode choices = node.has("oneOf") ? node.get("oneOf") : node.path("anyOf");
        if (choices.isArray() && !choices.isEmpty()) {
            write(choices.get(random.nextInt(choices.size())), random, depth, text);
            return;
        }
        if (depth > DEEPEST || random.nextInt(60) == 0) {
            other(random, text);
            return;
        }
        if (node.has("enum")) {
            JsonNode values = node.get("enum");
            text.append(values.get(random.nextInt(values.size())));
            return;
        }
        if (node.has("const")) {
            text.append(node.get("const"));
            return;
        }
        JsonNode types = node.path("type");
        String type = types.isArray() ? types.get(random.nextInt(types.size())).asText() : types.asText();
        if (type.equals("object") || node.has("properties")) {
            object(node, random, depth, text);
        } else if (type.equals("array")) {
            text.append('[');
            for (int n = random.nextInt(4), i = 0; i < n; i++) {
                text.append(i == 0 ? "" : ", ");
                write(node.path("items"), random, depth + 1, text);
            }
            text.append(']');
        } else if (type.equals("integer") || type.equals("number")) {
            text.append(NUMBERS[random.nextInt(NUMBERS.length)]);
        } else if (type.equals("boolean")) {
            text.append(random.nextBoolean());
        } else {
            text.append(quoted(WORDS[random.nextInt(WORDS.length)]));
        }
    }

    private void object(JsonNode node, Random random, int depth, StringBuilder text) {
        text.append('{');
        boolean first = true;
        for (Map.Entry<String, JsonNode> property : node.path("properties").properties()) {
            boolean required = false;
            for (JsonNode name : node.path("required")) {
                required |= name.asText().equals(property.getKey());
            }
            if (required ? random.nextInt(50) > 0 : random.nextInt(3) == 0) {
                text.append(first ? "" : ", ").append(quoted(property.getKey())).append(": ");
                write(property.getValue(), random, depth + 1, text);
                first = false;
            }
        }
        if (!node.path("additionalProperties").isBoolean() || random.nextInt(50) == 0) {
            for (int n = random.nextInt(3); n > 0; n--) {
                text.append(first ? "" : ", ")
                        .append(quoted(WORDS[random.nextInt(WORDS.length)]))
                        .append(": ");
                write(node.path("additionalProperties"), random, depth + 1, text);
                first = false;
            }
        }
        text.append('}');
    }

    private static void other(Random random, StringBuilder text) {
        switch (random.nextInt(6)) {
            case 0 -> text.append("null");
            case 1 -> text.append("[]");
            case 2 -> text.append("{}");
            case 3 -> text.append(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 4 -> text.append("[[[[[1]]]]]");
            default -> text.append(quoted(WORDS[random.nextInt(WORDS.length)]));
        }
    }

    private static String quoted(String word) {
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\u0000", "\\0") + '"';
    }
}
