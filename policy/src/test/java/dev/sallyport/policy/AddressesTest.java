package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "0x7f.1",
                "0177.0.0.1",
                "2130706433",
                "0x7f000001",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "[::ffff:127.0.0.1]",
                "017700000001",
                "127.0.0.1.",
                "0:0:0:0:0:ffff:7f00:0001"
            })
    void everyFormOfAnAddressIsTheSame(String literal) {
        assertThat(Addresses.parse(literal)).isEqualTo(Address.ofIpv4(0x7f000001));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.example",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.256",
                "08.1.1.1",
                "0x",
                "4294967296",
                "1..2",
                "::1::",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::ffff:1.2.3",
                "1:",
                ":1",
                "::1.2.3.4.5",
                "0x7g",
                "1.2.3.4x"
            })
    void aNameIsNoAddress(String literal) {
        assertThat(Addresses.parse(literal)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "::1,::1",
        "0:0:0:0:0:0:0:0,::",
        "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "fe80::1%eth0,fe80::1",
        "1:0:2:0:3:0:4:0,1:0:2:0:3:0:4:0",
        "::ffff:255.255.255.255,255.255.255.255",
        "2001:db8::,2001:db8::"
    })
    void anAddressIsWrittenInItsShortForm(String literal, String written) {
        assertThat(Addresses.parse(literal)).hasToString(written);
    }

    @Test
    void anAddressIsTakenFromItsBytes() {
        assertThat(Addresses.of(new byte[] {(byte) 203, 0, 113, 7})).hasToString("203.0.113.7");
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        assertThat(Addresses.of(loopback)).isEqualTo(Addresses.parse("::1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "203.0.113.7",
                "172.32.0.1",
                "100.128.0.1",
                "2606:4700::1111",
                "11.0.0.1",
                "192.169.0.1"
            })
    void aPublicAddressIsNotPrivate(String literal) {
        assertThat(Addresses.isPrivate(Policies.address(literal))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "API.PSP.Example.,api.psp.example",
        "bücher.example,xn--bcher-kva.example",
        "BÜCHER.example.,xn--bcher-kva.example",
        "a.example,a.example",
        "ａ.example,a.example"
    })
    void aNameHasOneForm(String name, String canonical) {
        assertThat(HostNames.canonical(name)).isEqualTo(canonical);
    }
}
