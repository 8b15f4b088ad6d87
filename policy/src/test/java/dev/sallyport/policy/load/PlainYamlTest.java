package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainYamlTest {

    private static final String[] PIECES = {
        "a",
        "b: ",
        "key: ",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "-",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ":",
        "'",
        "\"",
        " # note",
        "#",
        " ",
        "null",
        "~",
        "'a b'",
        "\"*.x\"",
        "10.0.0.0/8",
        "com.shop:*",
        "443",
        "\n- ",
        "\n  - ",
        "|",
        ">",
        "&a",
        "*a",
        "!t",
        "---\n",
        "\t",
        "\r\n",
        "é",
        "?",
        "a#b",
        "a:b",
        "{a: b}",
        "[a, b]",
        "a: b\n",
        "- a: b\n  c: d\n",
        "\\",
        "%",
        "@"
    };

    @Test
    void theExamplePolicyNeedsNothingElse() throws IOException {
        String text = example();
        assertThat(PlainYaml.read(text)).isNotNull().isEqualTo(library(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 1\nb:\n- x\n- y\nc: {}\n",
                "a:\n  - k: v # note\n    l: [a, \"b\", 'c']\n  -\n    m: n\nz:\n",
                "# first\n\na: b   \n\n# between\nc:   # what\n    d: e\n",
                "a: {b: [c, {d: e}], f: 'g: h'}",
                "a: x#y\nb: u:v\nc: \"#\"\n"
            })
    void whatItReadsIsWhatTheLibraryReadsAtTheSamePlaces(String text) {
        assertThat(PlainYaml.read(text)).isNotNull().isEqualTo(library(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b\n  c\n",
                "a: 'it''s'\n",
                "a: \"\\n\"\n",
                "a: [b,\n  c]\n",
                "a: |\n  b\n",
                "a: &x b\nc: *x\n",
                "a: b\na: c\n",
                "---\na: b\n",
                "a: b\n...\n",
                "- - a\n",
                "? a\n: b\n",
                "a: !!str b\n",
                "a: b: c\n",
                "a:\tb\n",
                "a: b\r\n",
                "",
                "# nothing\n",
                "a: [b, ]\n",
                "a: \"b\"#c\n"
            })
    void whatGoesBeyondItIsLeftToTheLibrary(String text) {
        assertThat(PlainYaml.read(text)).isNull();
    }

    @Test
    void itNeverReadsAnythingOtherThanTheLibraryDoes() {
        Random random = new Random(42);
        int read = 0;
        for (int i = 0; i < 150_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(12); n > 0; n--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            read += agrees(text.toString());
        }
        assertThat(read).isGreaterThan(2_000);
    }

    @Test
    void changedPoliciesAreReadAsTheLibraryReadsThem() throws IOException {
        Random random = new Random(7);
        String policy = example();
        int read = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(policy);
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                int at = random.nextInt(text.length());
                text.replace(
                        at,
                        Math.min(text.length(), at + random.nextInt(4)),
                        random.nextBoolean() ? PIECES[random.nextInt(PIECES.length)] : "");
            }
            read += agrees(text.toString());
        }
        assertThat(read).isGreaterThan(500);
    }

    private static int agrees(String text) {
        Node plain = PlainYaml.read(text);
        if (plain == null) {
            return 0;
        }
        Node whole = library(text);
        if (!plain.equals(whole)) {
            assertThat(plain).as(text).isEqualTo(whole);
        }
        return 1;
    }

    private static @Nullable Node library(String text) {
        Problems problems = new Problems("text");
        Node node = YamlTree.read(text, problems);
        return problems.errors() ? null : node;
    }

    private static String example() throws IOException {
        try (var in = PlainYamlTest.class.getResourceAsStream("/refunds.yaml")) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
