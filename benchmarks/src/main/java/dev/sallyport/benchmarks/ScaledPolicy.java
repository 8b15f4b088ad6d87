package dev.sallyport.benchmarks;

import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A policy of a size: rules for names, wildcards and groups of address ranges, a third each, behind one that looks at the library
 * and one that denies what a feed lists.
 *
 * @param rules how many rules
 * @param prefixes how many address ranges, spread over the groups that every third rule names
 * @param names how many names the feed lists
 */
record ScaledPolicy(int rules, int prefixes, int names) {

    /** The size that is promised. */
    static final ScaledPolicy FULL = new ScaledPolicy(10_000, 200_000, 1_000_000);

    /** What it is compared to: the same kinds of rules. */
    static final ScaledPolicy TEN = new ScaledPolicy(10, 30, 10);

    private static final Library SHOP = new Library("com.shop", "refund-desk", "1.0", "com.shop");
    private static final String[] WORDS = {"cdn", "mail", "login", "update", "static", "pay", "shop", "track"};
    private static final String[] ENDS = {"com", "net", "example", "io", "co.uk"};

    /** Writes the policy and its feed into {@code dir}, and returns the policy's file. */
    Path write(Path dir) throws IOException {
        try (BufferedWriter feed = Files.newBufferedWriter(dir.resolve("threat.txt"))) {
            feed.write("# names that nobody may ask for\n");
            for (int i = 0; i < names; i++) {
                feed.write(listed(i));
                feed.write('\n');
            }
        }
        int groups = rules / 3;
        Path file = dir.resolve("policy.yaml");
        try (BufferedWriter policy = Files.newBufferedWriter(file)) {
            policy.write("apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: scaled}\n");
            policy.write("agents: {refund: , fraud-check: }\ngroups:\n  threat: {feed: {file: threat.txt}}\n");
            for (int g = 0; g < groups; g++) {
                policy.write("  ranges" + g + ":\n    cidr:\n");
                for (int p = g; p < prefixes; p += groups) {
                    policy.write("    - " + range(p) + "/28\n");
                }
            }
            policy.write("egress:\n  - {id: threats, to: [threat], action: deny}\n");
            policy.write(
                    "  - {id: beacons, library: {not: [\"com.shop:*\", \"com.azure:*\"]}, to: [\"*\"], action: deny}\n");
            for (int i = 0; i < rules; i++) {
                String to = switch (i % 3) {
                    case 0 -> host(i);
                    case 1 -> "\"*.zone" + i + ".example.com\"";
                    default -> "ranges" + i / 3;
                };
                policy.write("  - {id: r" + i + ", via: [dns, tcp], agent: "
                        + (i % 2 == 0 ? "[refund]" : "[fraud-check, refund]")
                        + ", to: [" + to + "], action: " + (i % 3 == 2 ? "deny" : "allow") + "}\n");
            }
        }
        return file;
    }

    /** Returns different calls, of which about half are allowed: to names, wildcards, ranges, what is listed, and elsewhere. */
    Call[] calls(int count) {
        Random random = new Random(1);
        Call[] calls = new Call[count];
        for (int i = 0; i < count; i++) {
            int rule = random.nextInt(rules / 3) * 3;
            calls[i] = switch (i % 6) {
                case 0 -> connect(host(rule), publicAddress(random));
                case 1 -> connect("a" + i % 8 + ".zone" + (rule + 1) + ".example.com", publicAddress(random));
                case 2 -> connect(null, range(random.nextInt(prefixes)));
                case 3 -> connect("host" + random.nextInt(1_000_000) + ".elsewhere.example", publicAddress(random));
                case 4 -> connect(listed(random.nextInt(names)), publicAddress(random));
                default -> Call.name("refund", SHOP, host(rule));
            };
        }
        return calls;
    }

    private static String host(int rule) {
        return "host" + rule + ".example.com";
    }

    private static String publicAddress(Random random) {
        return "203.0.113." + random.nextInt(256);
    }

    /** A network of 16 addresses: each second one of 20.0.0.0/8, so that none touches the next. */
    private static String range(int number) {
        int network = 20 << 24 | number << 5;
        return (network >>> 24) + "." + (network >>> 16 & 255) + "." + (network >>> 8 & 255) + "." + (network & 255);
    }

    /** About 22 letters. */
    private static String listed(int number) {
        long mixed = (number + 1) * 0x9e37_79b9_7f4a_7c15L;
        return Long.toString(mixed >>> 24, 36) + "." + WORDS[(int) (mixed & 7)] + number % 997 + "."
                + ENDS[(int) ((mixed >>> 8 & 0xffff) % ENDS.length)];
    }

    static Call connect(@Nullable String host, String address) {
        return new Call(Stage.CONNECT, Via.TCP, "refund", SHOP, host, Addresses.parse(address), 443, null, null);
    }
}
