package dev.sallyport.policy.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContentScanTest {

    private static final Detectors ALL = Detectors.of(List.of(Detector.values()), List.of());
    private static final String CARD = "4111111111111111";

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretIsFoundByItsDetectorAlone(Sample sample) {
        assertThat(names(ALL, sample.bytes())).contains(sample.detector);
        Detector detector = Detector.named(sample.detector);
        assertThat(detector).isNotNull();
        for (Detector other : Detector.values()) {
            List<String> found = names(Detectors.of(List.of(other), List.of()), sample.bytes());
            if (other == detector) {
                assertThat(found).containsOnly(sample.detector);
            } else {
                assertThat(found).doesNotContain(sample.detector);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretIsFoundWhereverTheTextIsCut(Sample sample) {
        byte[] text = ("some text before it " + sample.text + " and after").getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            ContentScan scan = new ContentScan(ALL);
            scan.read(text, 0, cut);
            scan.read(text, cut, text.length);
            scan.end();
            assertThat(names(scan)).as("cut at %s", cut).contains(sample.detector);
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretIsFoundByteByByteInUtf16AndFarInside(Sample sample) {
        ContentScan scan = new ContentScan(ALL);
        for (byte b : sample.bytes()) {
            scan.read(b);
        }
        scan.end();
        assertThat(names(scan)).contains(sample.detector);

        assertThat(names(ALL, sample.text.getBytes(StandardCharsets.UTF_16LE))).contains(sample.detector);
        assertThat(names(ALL, sample.text.getBytes(StandardCharsets.UTF_16BE))).contains(sample.detector);

        for (int before : new int[] {16_300, 16_370, 16_384, 40_000}) {
            String text = "lorem ipsum ".repeat(before / 12) + sample.text + " lorem ipsum".repeat(2000);
            assertThat(names(ALL, text.getBytes(StandardCharsets.UTF_8))).contains(sample.detector);
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretIsFoundWhereverItStandsInALongTextAndInItsBase64(Sample sample) {
        String quiet = "lorem ipsum dolor sit amet, ".repeat(60);
        for (int before = 0; before < 1_100; before++) {
            String text = quiet.substring(0, before) + " " + sample.text + " " + quiet.substring(before);
            assertThat(names(ALL, text.getBytes(StandardCharsets.UTF_8)))
                    .as("after %s", before)
                    .contains(sample.detector);
            if (before % 13 == 0) {
                byte[] lines = Base64.getMimeEncoder().encode(text.getBytes(StandardCharsets.UTF_8));
                assertThat(names(ALL, lines)).as("in lines after %s", before).contains(sample.detector);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aSecretIsFoundInBase64(Sample sample) {
        String text = "{\"file\":\"" + base64("a file that holds " + sample.text + "\n") + "\"}";
        assertThat(names(ALL, text.getBytes(StandardCharsets.UTF_8))).contains(sample.detector);

        byte[] lines = Base64.getMimeEncoder()
                .encode(("words ".repeat(60) + sample.text + " words").getBytes(StandardCharsets.UTF_8));
        assertThat(names(ALL, lines)).contains(sample.detector);
        ContentScan scan = new ContentScan(ALL);
        for (int i = 0; i < lines.length; i += 7) {
            scan.read(lines, i, Math.min(lines.length, i + 7));
        }
        scan.end();
        assertThat(names(scan)).contains(sample.detector);
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void nothingIsFoundInWhatIsHarmless(String text) {
        assertThat(names(ALL, text.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(names(ALL, ("{\"a\":\"" + text + "\",\"b\":1}").getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void nothingIsFoundInNoise() {
        byte[] noise = new byte[1 << 20];
        new Random(42).nextBytes(noise);
        assertThat(names(ALL, noise)).isEmpty();
        assertThat(names(ALL, Base64.getEncoder().encode(noise))).isEmpty();
        assertThat(names(ALL, Base64.getUrlEncoder().encode(noise))).isEmpty();
    }

    @Test
    void whatEndsWithAPartIsFoundBeforeTheNextOneComes() {
        ContentScan scan = new ContentScan(ALL);
        byte[] part = ("{\"pan\":\"" + CARD).getBytes(StandardCharsets.UTF_8);
        scan.read(part, 0, part.length);
        assertThat(scan.found()).isTrue();
    }

    @Test
    void aFindingSaysHowManyAndWhereTheFirstBegins() {
        byte[] text = ("first " + CARD + ", second 5555555555554444").getBytes(StandardCharsets.UTF_8);
        ContentScan scan = new ContentScan(ALL);
        scan.read(ByteBuffer.wrap(text));
        scan.end();
        assertThat(scan.findings("body")).containsExactly(new Finding("payment-card", "body", 6, 2));
        assertThat(scan.findings("body").toString()).doesNotContain(CARD);
    }

    @Test
    void aDirectBufferIsReadWithoutMovingIt() {
        byte[] text = CARD.getBytes(StandardCharsets.UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(text.length).put(text).flip();
        ContentScan scan = new ContentScan(ALL);
        scan.read(direct);
        assertThat(scan.found()).isTrue();
        assertThat(direct.position()).isZero();
    }

    @Test
    void oneOwnPatternIsFoundWhereverTheTextIsCut() {
        Detectors own = Detectors.of(List.of(), List.of(new Re2Pattern("customer", "CUST-[0-9]{6}")));
        byte[] text = ("lorem ".repeat(3000) + "CUST-123456 ipsum").getBytes(StandardCharsets.UTF_8);
        for (int cut = text.length - 30; cut < text.length; cut++) {
            ContentScan scan = new ContentScan(own);
            scan.read(text, 0, cut);
            scan.read(text, cut, text.length);
            scan.end();
            assertThat(scan.findings("body")).containsExactly(new Finding("customer", "body", 18_000, 1));
        }
    }

    @Test
    void anOwnPatternThatCannotBeUsedSaysWhy() {
        assertThatThrownBy(() -> new Re2Pattern("p", "a(")).hasMessageContaining("not one of RE2");
        assertThatThrownBy(() -> new Re2Pattern("p", "(a)\\1")).hasMessageContaining("not one of RE2");
        assertThatThrownBy(() -> new Re2Pattern("p", "a*")).hasMessageContaining("empty text");
        assertThatThrownBy(() -> new Re2Pattern("p", "((a{100}){100}){10}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textsMadeToTakeLongAreReadOnce() {
        for (String unit : new String[] {
            "4",
            "4111 ",
            "eyJ",
            "password=",
            "-----BEGIN ",
            "-----BEGIN A PRIVATE KEY-----",
            "ssn ",
            "123-45-",
            "\\u00",
            "%4",
            "sk-"
        }) {
            byte[] text = unit.repeat((1 << 20) / unit.length()).getBytes(StandardCharsets.UTF_8);
            ContentScan scan = new ContentScan(ALL);
            for (int i = 0; i < text.length; i += 11) {
                scan.read(text, i, Math.min(text.length, i + 11));
            }
            scan.end();
            assertThat(scan.found()).as(unit).isFalse();
        }
    }

    /** A line of the corpus. */
    private record Sample(String detector, String text) {

        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    static List<Sample> secrets() {
        List<Sample> samples = new ArrayList<>();
        for (String line : lines("secrets.txt")) {
            int tab = line.indexOf('\t');
            samples.add(
                    new Sample(line.substring(0, tab), line.substring(tab + 1).replace("~", "")));
        }
        return samples;
    }

    static List<String> harmless() {
        return lines("harmless.txt");
    }

    private static List<String> lines(String resource) {
        try (InputStream in = ContentScanTest.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("# "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(Detectors detectors, byte[] text) {
        ContentScan scan = new ContentScan(detectors);
        scan.read(text, 0, text.length);
        scan.end();
        return names(scan);
    }

    private static List<String> names(ContentScan scan) {
        return scan.findings("body").stream().map(Finding::detector).distinct().toList();
    }
}
