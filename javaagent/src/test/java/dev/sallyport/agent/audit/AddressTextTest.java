package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Address;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0000ffffcb007107, 203.0.113.7",
        "0000000000000000, 0000ffff7f000001, 127.0.0.1",
        "0000000000000000, 0000000000000000, ::",
        "0000000000000000, 0000000000000001, ::1",
        "20010db800000000, 0000000000000001, 2001:db8::1",
        "20010db800000001, 0000000000000001, 2001:db8:0:1::1",
        "20010db800010000, 0000000100000000, 2001:db8:1::1:0:0",
        "20010db800010001, 0001000100010000, 2001:db8:1:1:1:1:1:0",
        "20010db800000001, 0001000100010001, 2001:db8:0:1:1:1:1:1",
        "fe80000000000000, 0000000000000000, fe80::"
    })
    void anAddressReadsAsItsStandardSays(String high, String low, String text) {
        assertThat(AddressText.of(new Address(Long.parseUnsignedLong(high, 16), Long.parseUnsignedLong(low, 16))))
                .isEqualTo(text);
    }
}
