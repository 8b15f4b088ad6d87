package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, it is loaded or refused with the places of its errors: nothing hangs, and no stack ends. */
class LoaderFuzzTest {

    private static final int FILES = 100_000;
    private static final int LISTS = 10_000;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ":",
        "- ",
        "\n",
        "\n  ",
        "'",
        "\"",
        "&a",
        "*a",
        "*",
        "|",
        ">",
        "!!set",
        "~",
        "%",
        "\t",
        "\0",
        "\uFEFF",
        "😀",
        "é",
        "-1",
        "65536",
        "99999999999999999999",
        "1e999999999",
        "0x7fffffffffffffff",
        ".inf",
        "2147483648d",
        "/",
        "/dev/zero",
        "../../../../../etc",
        ".",
        "10.0.0.1/8",
        "::1",
        "*.",
        "deny",
        "allow",
        "approve",
        "monitor",
        "{not: []}",
        "{file: feeds/threat.txt}",
        "<<: *a",
        "[[[[[[[[[[",
        "{a: {a: {a: {a: "
    };

    @TempDir
    Path dir;

    @Test
    void aDamagedPolicyIsLoadedOrRefusedAndNothingElse() throws IOException {
        PolicyDocumentTest.feeds(dir);
        List<byte[]> policies = new ArrayList<>();
        for (String example : PolicyDocumentTest.examples()) {
            policies.add(PolicyDocumentTest.whole(example).getBytes(StandardCharsets.UTF_8));
        }
        policies.add(Files.readAllBytes(Path.of("src", "test", "resources", "refunds.yaml")));
        Path file = dir.resolve("damaged.yaml");
        Random random = new Random(1);
        int refused = assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
            int count = 0;
            for (int i = 0; i < FILES; i++) {
                Files.write(file, damaged(policies.get(random.nextInt(policies.size())), random));
                count += isRefused(file) ? 1 : 0;
            }
            return count;
        });
        assertThat(refused).isBetween(FILES / 10, FILES);
    }

    @Test
    void aDamagedListOfServiceTagsIsReadOrRefused() throws IOException {
        PolicyDocumentTest.feeds(dir);
        Path file = Files.writeString(dir.resolve("policy.yaml"), PolicyDocumentTest.whole("""
                groups: {g: {serviceTag: {file: tags.json, names: [AzureActiveDirectory]}}, l: {feed: {file: list.txt}}}
                residency: {regions: [westeurope]}
                egress: [{id: g, to: [g, l], action: allow}]
                """));
        byte[] tags = Files.readAllBytes(dir.resolve("feeds").resolve("ServiceTags_Public.json"));
        byte[] list = "# list\na.example\n*.b.example\n10.0.0.0/8\n2001:db8::/32\n203.0.113.7\nB\u00fccher.example\n"
                .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(2);
        int refused = assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
            int count = 0;
            for (int i = 0; i < LISTS; i++) {
                Files.write(dir.resolve("tags.json"), i % 2 == 0 ? tags : damaged(tags, random));
                Files.write(dir.resolve("list.txt"), i % 2 == 0 ? damaged(list, random) : list);
                count += isRefused(file) ? 1 : 0;
            }
            return count;
        });
        assertThat(refused).isBetween(1, LISTS - 1);
    }

    @Test
    void hostileFilesAreRefusedInTime() throws IOException {
        String head = "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: a}\n";
        List<String> hostile = new ArrayList<>();
        hostile.add("[".repeat(8_000_000));
        hostile.add("{a: ".repeat(2_000_000));
        hostile.add("- ".repeat(2_000_000));
        hostile.add("'" + "a".repeat(8_000_000));
        hostile.add(head + "egress:\n" + "  - {id: a, to: [" + "[".repeat(1_000_000));
        hostile.add(head + "egress: [{id: a, action: allow, to: [\"" + "a.".repeat(3_000_000) + "\"]}]");
        hostile.add(head + "egress: [{id: " + "9".repeat(8_000_000) + ", action: allow}]");
        hostile.add(head + "groups: {g: {cidr: [" + "1".repeat(4_000_000) + "]}}");
        hostile.add(head + "groups: {g: {feed: {file: \"" + "a/".repeat(2_000_000) + "\"}}}");
        hostile.add(head + "zzz: 1\n".repeat(1_000_000));
        hostile.add(head + "egress:\n" + "  - {id: a}\n".repeat(400_000));
        hostile.add(head + "\n".repeat(8_000_000) + "x: y");
        StringBuilder laughs = new StringBuilder("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (char c = 'b'; c < 'z'; c++) {
            char before = (char) (c - 1);
            laughs.append(c).append(": &").append(c).append(" [*").append(before);
            laughs.append((", *" + before).repeat(8)).append("]\n");
        }
        hostile.add(laughs.toString());
        hostile.add(head + "a: &a {b: *a}\n");
        Path file = dir.resolve("hostile.yaml");
        for (String policy : hostile) {
            Files.writeString(file, policy);
            assertTimeoutPreemptively(
                    Duration.ofMinutes(3),
                    () -> assertThat(isRefused(file)).as(start(policy)).isTrue());
        }
    }

    private static String start(String policy) {
        return policy.substring(0, Math.min(120, policy.length()));
    }

    private static boolean isRefused(Path file) {
        try {
            PolicyLoader.load(file, Overrides.NONE);
            return false;
        } catch (PolicyException e) {
            assertThat(e.problems()).isNotEmpty();
            return true;
        }
    }

    private static byte[] damaged(byte[] policy, Random random) {
        if (random.nextInt(4) == 0) {
            byte[] bytes = policy.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return bytes;
        }
        StringBuilder text = new StringBuilder(new String(policy, StandardCharsets.UTF_8));
        for (int n = 1 + random.nextInt(3); n > 0 && text.length() > 0; n--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(random.nextInt(8) == 0 ? 400 : 6));
            text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
