package dev.sallyport.policy;

import static dev.sallyport.policy.Policies.connect;
import static dev.sallyport.policy.Policies.engine;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Another way to write an address, or a name, does not lead around a rule. Random, by seeds that are always the same. */
class DisguisesTest {

    private static final int TRIES = 300;

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDenialOfIpv4AddressesHoldsForEveryAddressThatCarriesOne(long seed) {
        Random random = new Random(seed);
        int length = 8 + random.nextInt(25);
        int network = random.nextInt() & -1 << (32 - length);
        String denied = Address.ofIpv4(network) + "/" + length;
        PolicyEngine engine = engine("egress:\n  - {id: denied, to: [\"" + denied
                + "\"], action: deny}\n  - {id: rest, to: [\"*\"], action: allow}\n");
        for (int i = 0; i < TRIES; i++) {
            boolean inside = random.nextBoolean();
            int ip = inside ? network | random.nextInt() & ~(-1 << (32 - length)) : random.nextInt();
            boolean expected = (ip ^ network) >>> (32 - length) == 0;
            String disguise = disguise(ip, random);

            assertThat(engine.decide(connect(null, disguise, 80)).denied())
                    .as("%s, for %s, under a denial of %s", disguise, Address.ofIpv4(ip), denied)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAllowanceOfIpv4AddressesIsNoneForAddressesThatCarryThem(long seed) {
        Random random = new Random(seed);
        PolicyEngine engine = engine("egress:\n  - {id: all-ipv4, to: [0.0.0.0/0], action: allow}\n");
        for (int i = 0; i < TRIES; i++) {
            Address address = Policies.address(disguise(random.nextInt(), random));

            assertThat(engine.decide(connect(null, address.toString(), 80)).denied())
                    .as("%s", address)
                    .isNotEqualTo(address.isIpv4());
        }
    }

    /** Only what really ends in the zone's labels is a name of the zone, whatever it looks like. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aWildcardHoldsForNoNameThatOnlyLooksLikeOneOfItsZone(long seed) {
        Random random = new Random(seed);
        PolicyEngine engine = engine("egress:\n  - {id: zone, to: [\"*.psp.example\"], action: allow}\n");
        String letters = "aA.\u3002\uFF0E\uFF61\u212A\u00AD\u200D\0 \t\u00A0ße-_";
        for (int i = 0; i < TRIES; i++) {
            StringBuilder name = new StringBuilder("x");
            for (int n = random.nextInt(6); n >= 0; n--) {
                name.append(letters.charAt(random.nextInt(letters.length())));
            }
            name.append(random.nextBoolean() ? ".psp.example" : "\uFF0Epsp.example");
            name.append(random.nextInt(4) == 0 ? "." : "");
            String asked = HostNames.asked(name.toString());
            boolean ofZone = name.toString().replaceFirst("[.]$", "").endsWith(".psp.example")
                    && name.chars().noneMatch(c -> c <= ' ');

            Call question = Call.name("refund", Policies.SHOP, asked);

            assertThat(engine.decide(question).denied()).as("%s", name).isNotEqualTo(ofZone);
        }
    }

    @Test
    void theMetadataAddressIsDeniedInEveryForm() {
        PolicyEngine engine = engine("""
                egress:
                  - {id: metadata, to: [169.254.169.254], action: deny}
                  - {id: rest, to: ["*"], action: allow}
                """);
        for (String form : new String[] {
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "169.16689662",
            "::ffff:169.254.169.254",
            "::ffff:a9fe:a9fe",
            "[64:ff9b::a9fe:a9fe]",
            "2002:a9fe:a9fe::"
        }) {
            assertThat(engine.decide(connect(null, form, 80)).rule().id())
                    .as(form)
                    .isEqualTo("metadata");
        }
    }

    private static String disguise(int ip, Random random) {
        int high = ip >>> 16;
        int low = ip & 0xffff;
        return switch (random.nextInt(11)) {
            case 0 -> Address.ofIpv4(ip).toString();
            case 1 -> Long.toString(ip & 0xffff_ffffL);
            case 2 -> "0x" + Integer.toHexString(ip);
            case 3 -> String.format(java.util.Locale.ROOT, "0%o.%d", ip >>> 24, ip & 0xff_ffff);
            case 4 -> String.format(java.util.Locale.ROOT, "%d.0x%x.%d", ip >>> 24, high & 0xff, low);
            case 5 -> String.format(java.util.Locale.ROOT, "::ffff:%x:%x", high, low);
            case 6 -> String.format(java.util.Locale.ROOT, "64:ff9b::%x:%x", high, low);
            case 7 -> String.format(java.util.Locale.ROOT, "2002:%x:%x::%x", high, low, 1 + random.nextInt(9));
            case 8 -> String.format(java.util.Locale.ROOT, "2001:0:5ef5:79fb:0:1:%x:%x", ~high & 0xffff, ~low & 0xffff);
            case 9 -> String.format(java.util.Locale.ROOT, "2001:db8::5efe:%x:%x", high, low);
            default -> String.format(java.util.Locale.ROOT, "::ffff:0:%x:%x", high, low);
        };
    }
}
