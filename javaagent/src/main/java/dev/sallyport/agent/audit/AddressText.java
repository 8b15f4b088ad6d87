package dev.sallyport.agent.audit;

import dev.sallyport.policy.Address;

/** Writes addresses: dotted for IPv4, RFC 5952 for IPv6. */
final class AddressText {

    private AddressText() {}

    static String of(Address address) {
        if (address.isIpv4()) {
            int v4 = (int) address.low();
            return (v4 >>> 24) + "." + (v4 >>> 16 & 255) + '.' + (v4 >>> 8 & 255) + '.' + (v4 & 255);
        }
        int longest = 0;
        int longestAt = -1;
        for (int i = 0; i < 8; i++) {
            int n = 0;
            while (i + n < 8 && group(address, i + n) == 0) {
                n++;
            }
            if (n > longest && n > 1) {
                longest = n;
                longestAt = i;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == longestAt) {
                text.append("::");
                i += longest - 1;
            } else {
                if (i > 0 && i != longestAt + longest) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(address, i)));
            }
        }
        return text.toString();
    }

    private static int group(Address address, int i) {
        long half = i < 4 ? address.high() : address.low();
        return (int) (half >>> (48 - 16 * (i & 3))) & 0xffff;
    }
}
