package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha256Test {

    @Test
    void theStandardsExamplesHaveTheirHashes() {
        assertThat(hash("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(hash("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
                .isEqualTo("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }

    @Test
    void itAgreesWithTheJdkOnEveryLengthAroundItsBlocks() throws NoSuchAlgorithmException {
        MessageDigest jdk = MessageDigest.getInstance("SHA-256");
        Random random = new Random(1);
        for (int length = 0; length < 1_000; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            assertThat(Sha256.of(message)).as("%d bytes", length).isEqualTo(jdk.digest(message));
        }
    }

    private static String hash(String message) {
        return HexFormat.of().formatHex(Sha256.of(message.getBytes(StandardCharsets.UTF_8)));
    }
}
