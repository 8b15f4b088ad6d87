package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
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

    @ParameterizedTest
    @CsvSource({
        "API.PSP.Example.,api.psp.example",
        "a.example,a.example",
        // what the JDK hands to the resolver as it is: none of these is the name that it looks like
        "bücher.example,bücher.example",
        "BÜCHER.example,bÜcher.example",
        "ａpi.psp.example,ａpi.psp.example",
        "api\\u3002psp\\uFF0Eexample,api\\u3002psp\\uFF0Eexample",
        "ban\\u212A.example,ban\\u212A.example",
        "127.0.0.1 a.example,\"127.0.0.1 a.example\"",
        "a..,a."
    })
    void aNameIsDecidedAsTheJdkAsksForIt(String name, String asked) {
        assertThat(HostNames.asked(unicode(name))).isEqualTo(unicode(asked));
    }

    @Test
    void aNameWithControlCharactersIsLikeNoOther() {
        assertThat(HostNames.asked("evil.example\0.psp.example")).isEqualTo("\"evil.example\0.psp.example\"");
        assertThat(HostNames.asked("evil.example\t")).startsWith("\"");
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:169.254.169.254,",
        "2606:4700::a9fe:a9fe,",
        "::1,",
        "::,",
        "64:ff9b::a9fe:a9fe,169.254.169.254",
        "64:ff9b:1::a9fe:a9fe,169.254.169.254 0.0.0.0",
        "64:ff9b:1:a9fe:a9:fe00::,0.0.0.0 169.254.169.254",
        "2002:a9fe:a9fe::1,169.254.169.254",
        "2001:0:5ef5:79fb:0:0:5601:5601,169.254.169.254",
        "fe80::5efe:169.254.169.254,169.254.169.254",
        "2001:db8::200:5efe:a9fe:a9fe,169.254.169.254",
        "::169.254.169.254,169.254.169.254",
        "::ffff:0:169.254.169.254,169.254.169.254"
    })
    void anAddressThatCarriesAnIpv4AddressIsKnown(String literal, @Nullable String carried) {
        StringBuilder all = new StringBuilder();
        Address address = Policies.address(literal);
        for (int i = 0; i < Addresses.carriedCount(address); i++) {
            all.append(all.isEmpty() ? "" : " ").append(Address.ofIpv4(Addresses.carriedIpv4(address, i)));
        }
        assertThat(all).hasToString(carried == null ? "" : carried);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7,7.113.0.203.in-addr.arpa",
        "::ffff:203.0.113.7,7.113.0.203.in-addr.arpa",
        "2001:db8::567:89ab,b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    })
    void anAddressIsAskedForByItsNameInTheReverseTree(String literal, String name) {
        assertThat(Addresses.reverseName(Policies.address(literal))).isEqualTo(name);
    }

    /** The table's source is ASCII where it matters: a full stop of another script looks like one. */
    private static String unicode(String text) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                result.append((char) Integer.parseInt(text, i + 2, i + 6, 16));
                i += 5;
            } else {
                result.append(text.charAt(i));
            }
        }
        return result.toString();
    }
}
