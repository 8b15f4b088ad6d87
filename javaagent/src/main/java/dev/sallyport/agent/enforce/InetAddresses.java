package dev.sallyport.agent.enforce;

import dev.sallyport.policy.Address;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import jdk.internal.access.JavaNetInetAddressAccess;
import jdk.internal.access.SharedSecrets;
import org.jspecify.annotations.Nullable;

/** Reads an {@link InetAddress} without copying it and, above all, without asking a name server for its name. */
final class InetAddresses {

    private static final JavaNetInetAddressAccess ACCESS = SharedSecrets.getJavaNetInetAddressAccess();

    private InetAddresses() {}

    static Address address(InetAddress address) {
        if (address instanceof Inet4Address v4) {
            return Address.ofIpv4(ACCESS.addressValue(v4));
        }
        byte[] bytes = ACCESS.addressBytes((Inet6Address) address);
        return new Address(int64(bytes, 0), int64(bytes, 8));
    }

    /** Returns the name that the address was made with, whoever made it; null if none. */
    static @Nullable String claimedName(InetAddress address) {
        return ACCESS.getOriginalHostName(address);
    }

    private static long int64(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }
}
