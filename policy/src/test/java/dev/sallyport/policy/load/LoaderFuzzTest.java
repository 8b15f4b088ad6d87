package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderFuzzTest {

    private static final int FILES = 20_000;
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
        "/",
        "10.0.0.1/8",
        "::1",
        "*.",
        "deny",
        "allow",
        "{not: []}",
        "[[[[[[[[[[",
        "{a: {a: {a: {a: "
    };

    @TempDir
    Path dir;

    @Test
    void aDamagedPolicyIsLoadedOrRefusedAndNothingElse() throws IOException {
        byte[] policy = """
                apiVersion: sallyport.dev/v1
                kind: Policy
                metadata: {name: refunds, version: "1"}
                groups: {psp: {fqdn: ["*.psp.example"], ports: [443], resolved: private}, m: {cidr: [10.20.0.0/16]}}
                agents:
                  refund: {delegatesTo: [refund], entry: ["com.shop.Refund#run"]}
                egress:
                  - {id: a, library: {not: ["com.shop:*"]}, to: ["*"], action: deny, except: {to: [m]}}
                  - {id: b, agent: [refund], to: [psp], http: [{method: POST, path: /v1/*}], action: allow}
                tools:
                - {id: c, tool: ["delete*"], action: deny}
                """.getBytes(StandardCharsets.UTF_8);
        Path file = dir.resolve("damaged.yaml");
        Random random = new Random(1);
        int refused = assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
            int count = 0;
            for (int i = 0; i < FILES; i++) {
                Files.write(file, damaged(policy, random));
                try {
                    PolicyLoader.load(file, Overrides.NONE);
                } catch (PolicyException e) {
                    assertThat(e.problems()).isNotEmpty();
                    count++;
                }
            }
            return count;
        });
        assertThat(refused).isBetween(FILES / 10, FILES);
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
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(random.nextInt(8) == 0 ? 400 : 6));
            text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
