package dev.sallyport.benchmarks;

import dev.sallyport.policy.content.ContentScan;
import dev.sallyport.policy.content.Detector;
import dev.sallyport.policy.content.Detectors;
import dev.sallyport.policy.content.Finding;
import dev.sallyport.policy.content.OwnPattern;
import dev.sallyport.policy.content.Re2Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * How fast the detectors read what holds nothing for them, in parts as a client hands them over: JSON, base64 and text, each
 * by all built-in detectors, and by them and one pattern of a policy's own.
 */
public final class ContentThroughput {

    private static final int SIZE = 4 << 20;
    private static final int PART = 16 << 10;
    private static final int PASSES = 16;
    private static final int ROUNDS = 7;

    private ContentThroughput() {}

    /** Prints the table; the argument is how many rounds are measured after the warm-up. */
    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
        List<Detector> builtIn = List.of(Detector.values());
        OwnPattern own = new Re2Pattern("employee-number", "\\bEMP-[0-9]{6}\\b");
        Detectors all = Detectors.of(builtIn, List.of());
        Detectors allAndOwn = Detectors.of(builtIn, List.of(own));
        byte[][] samples = {json(), base64(), base64Lines(), text(), binary()};
        String[] names = {"JSON", "base64, one run", "base64, lines of 76", "text", "random bytes"};
        Table table = new Table("MB/s", "built-in detectors", "and one own pattern", "mistakes");
        for (int i = 0; i < samples.length; i++) {
            table.row(
                    names[i],
                    Samples.format(median(all, samples[i], PASSES, rounds), 0),
                    // an own pattern takes many times as long: fewer passes are enough
                    Samples.format(median(allAndOwn, samples[i], 1, rounds), 0),
                    mistakes(all, samples[i]));
        }
        table.print();
    }

    /** The median of some rounds, after two that warm up. */
    private static double median(Detectors detectors, byte[] sample, int passes, int rounds) {
        double[] rates = new double[rounds];
        for (int round = -2; round < rounds; round++) {
            long start = System.nanoTime();
            for (int pass = 0; pass < passes; pass++) {
                scan(detectors, sample);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (round >= 0) {
                rates[round] = (double) sample.length * passes / seconds / 1e6;
            }
        }
        Arrays.sort(rates);
        return rates[rounds / 2];
    }

    private static ContentScan scan(Detectors detectors, byte[] sample) {
        ContentScan scan = new ContentScan(detectors);
        for (int from = 0; from < sample.length; from += PART) {
            scan.read(sample, from, Math.min(sample.length, from + PART));
        }
        scan.end();
        return scan;
    }

    /** What the detectors take for something although the sample was made of nothing. */
    private static String mistakes(Detectors detectors, byte[] sample) {
        StringBuilder mistakes = new StringBuilder();
        for (Finding finding : scan(detectors, sample).findings("sample")) {
            mistakes.append(mistakes.length() == 0 ? "" : ", ").append(finding);
        }
        return mistakes.length() == 0 ? "none" : mistakes.toString();
    }

    /** Orders as a shop's services write them: short members, numbers, times, a sentence now and then. */
    private static byte[] json() {
        Random random = new Random(1);
        StringBuilder json = new StringBuilder(SIZE + 1024).append("[");
        while (json.length() < SIZE) {
            json.append("{\"orderId\":\"O-").append(random.nextInt(1_000_000));
            json.append("\",\"customer\":{\"name\":\"").append(words(random, 2));
            json.append("\",\"city\":\"").append(words(random, 1));
            json.append("\"},\"amountMinor\":").append(random.nextInt(100_000));
            json.append(",\"created\":\"2026-10-")
                    .append(10 + random.nextInt(20))
                    .append("T10:15:30Z\"");
            json.append(",\"note\":\"").append(words(random, 12)).append("\",\"paid\":true},\n");
        }
        return json.append("{}]").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] base64() {
        return Base64.getEncoder().encode(binary());
    }

    private static byte[] base64Lines() {
        return Base64.getMimeEncoder().encode(binary());
    }

    private static byte[] text() {
        Random random = new Random(2);
        StringBuilder text = new StringBuilder(SIZE + 1024);
        while (text.length() < SIZE) {
            text.append(words(random, 14)).append(random.nextInt(4) == 0 ? ".\n\n" : ".\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] binary() {
        byte[] bytes = new byte[SIZE * 3 / 4];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    private static String words(Random random, int count) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; i++) {
            words.append(i == 0 ? "" : " ");
            int length = 2 + random.nextInt(8);
            for (int c = 0; c < length; c++) {
                words.append((char) ('a' + random.nextInt(26)));
            }
        }
        return words.toString();
    }
}
