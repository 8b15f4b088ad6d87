package dev.sallyport.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressTableTest {

    private static final long IPV4 = 0xffff_0000_0000L;

    @Test
    void theSmallestRangeAroundAnAddressIsFound() {
        Random random = new Random(20261120);
        for (int t = 0; t < 400; t++) {
            List<Prefix> prefixes = new ArrayList<>();
            AddressRanges ranges = new AddressRanges();
            for (int i = random.nextInt(40); i > 0; i--) {
                Prefix prefix = prefix(random);
                if (!prefixes.contains(prefix)) {
                    ranges.add(prefix, prefixes.size());
                    prefixes.add(prefix);
                }
            }
            AddressTable table = ranges.table();
            AddressTable set = AddressTable.of(prefixes);
            assertThat(set.isEmpty()).isEqualTo(prefixes.isEmpty());
            for (int i = 0; i < 200; i++) {
                Address address = address(random);
                assertThat(table.find(address))
                        .as("%s in %s", address, prefixes)
                        .isEqualTo(smallest(prefixes, address));
                assertThat(set.contains(address)).isEqualTo(smallest(prefixes, address) >= 0);
            }
            for (Prefix prefix : prefixes) {
                for (Address edge : List.of(prefix.network(), prefix.last(), after(prefix.last()))) {
                    assertThat(table.find(edge)).as("%s in %s", edge, prefixes).isEqualTo(smallest(prefixes, edge));
                }
            }
        }
    }

    @Test
    void aLargeTableFindsWhatASmallOneFinds() {
        Random random = new Random(7);
        List<Prefix> prefixes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            prefixes.add(
                    Prefix.containing(Address.ofIpv4(random.nextInt() & 0x0fff_ffff), 96 + 16 + random.nextInt(17)));
        }
        prefixes.add(Prefix.containing(Address.ofIpv4(0xffff_ffff), 128));
        prefixes.add(Prefix.containing(Address.ofIpv4(0), 128));
        AddressTable large = AddressTable.of(prefixes);
        for (int part = 0; part < 20; part++) {
            List<Prefix> some = prefixes.subList(1_000 * part, 1_000 * part + 1_000);
            AddressTable small = AddressTable.of(some);
            for (Prefix prefix : some) {
                assertThat(large.contains(prefix.network())).isTrue();
                assertThat(large.contains(prefix.last())).isTrue();
                assertThat(small.contains(prefix.last())).isTrue();
            }
        }
        for (int i = 0; i < 300; i++) {
            Address address = Address.ofIpv4(random.nextInt());
            assertThat(large.contains(address)).isEqualTo(smallest(prefixes, address) >= 0);
        }
    }

    @Test
    void whatIsGivenTwiceHasTheNumberForBoth() {
        AddressRanges ranges = new AddressRanges();
        Prefix prefix = Prefix.containing(Objects.requireNonNull(Addresses.parse("2001:db8::")), 32);
        ranges.add(prefix, 3);
        ranges.add(prefix, 1);
        ranges.add(prefix, 3);
        List<Integer> seen = new ArrayList<>();
        AddressTable table = ranges.table(new AddressRanges.Numbers() {
            @Override
            public int together(int[] numbers) {
                for (int number : numbers) {
                    seen.add(number);
                }
                return 9;
            }

            @Override
            public int within(int outer, int inner) {
                return inner;
            }
        });
        assertThat(seen).containsExactly(1, 3);
        assertThat(table.find(prefix.last())).isEqualTo(9);
    }

    private static Prefix prefix(Random random) {
        Address address = address(random);
        int length = random.nextInt(8) == 0
                ? random.nextInt(129)
                : address.isIpv4() ? 96 + random.nextInt(33) : random.nextInt(129);
        return Prefix.containing(address, length);
    }

    /** Few bits differ, so that ranges nest and meet. */
    private static Address address(Random random) {
        long low = random.nextInt(4) | (long) random.nextInt(4) << 30;
        return switch (random.nextInt(4)) {
            case 0 -> new Address((long) random.nextInt(4) << 62, low);
            case 1 -> new Address(0, (long) random.nextInt(3) - 1 + (0xffffL << 32) + (1L << 32));
            default -> new Address(0, IPV4 | (random.nextInt(8) - 4) & 0xffff_ffffL);
        };
    }

    private static Address after(Address address) {
        return new Address(address.low() == -1 ? address.high() + 1 : address.high(), address.low() + 1);
    }

    private static int smallest(List<Prefix> prefixes, Address address) {
        int smallest = -1;
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(address)
                    && (smallest < 0
                            || prefixes.get(i).length() > prefixes.get(smallest).length())) {
                smallest = i;
            }
        }
        return smallest;
    }
}
