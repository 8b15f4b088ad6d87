package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/** What can be said of an address from its bits alone. Nothing here asks the network. */
public final class Addresses {

    private Addresses() {}

    /**
     * Returns the address that {@code literal} stands for, in any form that a resolver takes for one: dotted IPv4, its
     * short, decimal, octal and hexadecimal forms, IPv6 with or without brackets and scope; null if it is a name.
     */
    public static @Nullable Address parse(String literal) {
        int length = literal.length();
        if (length > 0 && literal.charAt(length - 1) == '.') {
            length--;
        }
        if (length == 0) {
            return null;
        }
        if (literal.indexOf(':') >= 0) {
            String text = literal;
            if (text.charAt(0) == '[' && text.charAt(text.length() - 1) == ']') {
                text = text.substring(1, text.length() - 1);
            }
            int scope = text.indexOf('%');
            return ipv6(scope < 0 ? text : text.substring(0, scope));
        }
        return ipv4(literal, length);
    }

    /** Returns the address of 4 or 16 bytes in network order, as {@code InetAddress.getAddress()} gives them. */
    public static Address of(byte[] bytes) {
        if (bytes.length == 4) {
            return Address.ofIpv4((int) bits(bytes, 0, 4));
        }
        return new Address(bits(bytes, 0, 8), bits(bytes, 8, 8));
    }

    /**
     * Returns whether a name that stands for something on the internet must not resolve to {@code address}: private,
     * shared, loopback, link-local, multicast and reserved addresses, those of metadata services, and those that carry an
     * IPv4 address (NAT64, 6to4, Teredo).
     */
    public static boolean isPrivate(Address address) {
        long low = address.low();
        long high = address.high();
        if (address.isIpv4()) {
            int ip = (int) low;
            return within(ip, 0, 8) // this network, RFC 791
                    || within(ip, 0x0a000000, 8) // RFC 1918
                    || within(ip, 0x64400000, 10) // shared by carriers, RFC 6598; holds metadata of Alibaba
                    || within(ip, 0x7f000000, 8) // loopback
                    || within(ip, 0xa9fe0000, 16) // link-local; holds the metadata services of most clouds
                    || within(ip, 0xac100000, 12) // RFC 1918
                    || within(ip, 0xc0000000, 24) // protocol assignments, RFC 6890; holds metadata of Oracle
                    || within(ip, 0xc0a80000, 16) // RFC 1918
                    || within(ip, 0xc6120000, 15) // benchmarks, RFC 2544
                    || within(ip, 0xe0000000, 3) // multicast and reserved
                    || ip == 0xa83f8110; // 168.63.129.16: the host of an Azure machine
        }
        return (high == 0 && low >>> 32 == 0) // unspecified, loopback, IPv4-compatible
                || (high == 0x0064ff9b00000000L && low >>> 32 == 0) // NAT64, RFC 6052
                || high >>> 16 == 0x0064ff9b0001L // NAT64, RFC 8215
                || high >>> 57 == 0xfc >>> 1 // unique local, RFC 4193; holds fd00:ec2::254
                || high >>> 54 == 0xfe80 >>> 6 // link-local
                || high >>> 54 == 0xfec0 >>> 6 // site-local, RFC 3879
                || high >>> 56 == 0xff // multicast
                || high >>> 48 == 0x2002 // 6to4
                || high >>> 32 == 0x20010000L; // Teredo
    }

    /**
     * Returns how many IPv4 addresses there are to which something on the way may pass on what is sent to {@code address}: those
     * inside of NAT64, 6to4, Teredo, ISATAP, translated and compatible addresses. 0 for all others.
     */
    public static int carriedCount(Address address) {
        long high = address.high();
        long low = address.low();
        if (high == 0) {
            boolean compatible = low >>> 32 == 0 && low > 1; // RFC 4291, 2.5.5.1
            return compatible || low >>> 32 == 0xffff_0000L ? 1 : 0; // SIIT, RFC 2765
        }
        if (high >>> 16 == 0x0064ff9b0001L) {
            // RFC 8215 leaves the length of the prefix open: 48 as allotted, or 96 as most networks have it
            return 2;
        }
        boolean carries = (high == 0x0064ff9b00000000L && low >>> 32 == 0) // RFC 6052
                || high >>> 48 == 0x2002
                || high >>> 32 == 0x20010000L
                || (low >>> 32 & 0xfdff_ffffL) == 0x5efe; // RFC 5214
        return carries ? 1 : 0;
    }

    /** Returns one of the {@link #carriedCount} IPv4 addresses inside of {@code address}, in network order. */
    public static int carriedIpv4(Address address, int index) {
        long high = address.high();
        long low = address.low();
        if (high >>> 16 == 0x0064ff9b0001L && index == 1) {
            return (int) (high << 16) | (int) (low >>> 40) & 0xffff;
        }
        if (high >>> 48 == 0x2002) {
            return (int) (high >>> 16); // 6to4, RFC 3056
        }
        return high >>> 32 == 0x20010000L ? ~(int) low : (int) low; // the client of a Teredo server, RFC 4380
    }

    /**
     * Returns the name under which the name of {@code address} is asked for: {@code 7.113.0.203.in-addr.arpa}, or 32 digits
     * below {@code ip6.arpa}.
     */
    public static String reverseName(Address address) {
        StringBuilder name = new StringBuilder(72);
        if (address.isIpv4()) {
            for (int shift = 0; shift < 32; shift += 8) {
                name.append((address.low() >>> shift) & 0xff).append('.');
            }
            return name.append("in-addr.arpa").toString();
        }
        for (int digit = 0; digit < 32; digit++) {
            long bits = digit < 16 ? address.low() : address.high();
            name.append(Character.forDigit((int) (bits >>> 4 * (digit & 15)) & 0xf, 16))
                    .append('.');
        }
        return name.append("ip6.arpa").toString();
    }

    /** Returns whether {@code address} is this machine's own loopback. */
    public static boolean isLoopback(Address address) {
        return address.isIpv4()
                ? within((int) address.low(), 0x7f000000, 8)
                : address.high() == 0 && address.low() == 1;
    }

    private static boolean within(int ip, int network, int length) {
        return (ip ^ network) >>> (32 - length) == 0;
    }

    private static long bits(byte[] bytes, int from, int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = (bits << 8) | (bytes[from + i] & 0xff);
        }
        return bits;
    }

    /** As {@code inet_aton} reads it: one to four numbers, the last of which fills the rest. */
    private static @Nullable Address ipv4(String text, int length) {
        long bits = 0;
        int parts = 0;
        int at = 0;
        while (true) {
            int end = text.indexOf('.', at);
            if (end < 0 || end > length) {
                end = length;
            }
            long number = number(text, at, end);
            if (number < 0 || ++parts > 4) {
                return null;
            }
            boolean last = end == length;
            if (number > (last ? 0xffff_ffffL >>> (8 * (parts - 1)) : 255)) {
                return null;
            }
            if (last) {
                return Address.ofIpv4((int) ((bits << (8 * (5 - parts))) | number));
            }
            bits = bits << 8 | number;
            at = end + 1;
        }
    }

    private static long number(String text, int from, int to) {
        int radix = 10;
        int at = from;
        if (to - at > 1 && text.charAt(at) == '0') {
            boolean hexadecimal = (text.charAt(at + 1) | 0x20) == 'x';
            radix = hexadecimal ? 16 : 8;
            at += hexadecimal ? 2 : 1;
        }
        if (at >= to) {
            return -1;
        }
        long number = 0;
        for (; at < to; at++) {
            char c = text.charAt(at);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            number = number * radix + digit;
            if (digit < 0 || number > 0xffff_ffffL) {
                return -1;
            }
        }
        return number;
    }

    private static @Nullable Address ipv6(String text) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int at = 0;
        int length = text.length();
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < length) {
            if (count == 8) {
                return null;
            }
            int end = text.indexOf(':', at);
            if (end < 0) {
                end = length;
            }
            if (end == at) {
                if (gap >= 0 || at == 0) {
                    return null;
                }
                gap = count;
                at++;
                continue;
            }
            if (end == length && text.indexOf('.', at) > 0) {
                int ip = count > 6 ? -1 : dotted(text, at);
                if (ip == -1 && (count > 6 || !text.startsWith("255.255.255.255", at))) {
                    return null;
                }
                groups[count++] = ip >>> 16;
                groups[count++] = ip & 0xffff;
                at = length;
                continue;
            }
            int group = group(text, at, end);
            if (group < 0) {
                return null;
            }
            groups[count++] = group;
            at = end + 1;
            if (at == length && end < length) {
                return null;
            }
        }
        if (gap < 0 ? count != 8 : count == 8) {
            return null;
        }
        if (gap >= 0) {
            int tail = count - gap;
            for (int i = 0; i < tail; i++) {
                groups[7 - i] = groups[count - 1 - i];
            }
            for (int i = gap; i < 8 - tail; i++) {
                groups[i] = 0;
            }
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return new Address(high, low);
    }

    private static int group(String text, int from, int to) {
        if (to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Returns the four plain decimal numbers at the end of an IPv6 address; -1 if they are none (or all ones). */
    private static int dotted(String text, int from) {
        int ip = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            int end = part == 3 ? text.length() : text.indexOf('.', at);
            if (end < 0 || end == at || end - at > 3) {
                return -1;
            }
            int value = 0;
            for (; at < end; at++) {
                char c = text.charAt(at);
                if (c < '0' || c > '9') {
                    return -1;
                }
                value = value * 10 + c - '0';
            }
            if (value > 255) {
                return -1;
            }
            ip = ip << 8 | value;
            at = end + 1;
        }
        return ip;
    }
}
