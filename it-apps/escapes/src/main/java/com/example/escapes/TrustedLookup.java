package com.example.escapes;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;

/** What a lookup can do that may see everything: connect by the JDK's own native method, below every gate call. */
final class TrustedLookup {

    private TrustedLookup() {}

    static void connect(MethodHandles.Lookup trusted, String target) throws Throwable {
        InetSocketAddress address = Target.of(target);
        Class<?> net = Class.forName("sun.nio.ch.Net");
        MethodHandle socket = trusted.findStatic(
                net, "socket", MethodType.methodType(FileDescriptor.class, ProtocolFamily.class, boolean.class));
        MethodHandle connect = trusted.findStatic(
                net,
                "connect0",
                MethodType.methodType(int.class, boolean.class, FileDescriptor.class, InetAddress.class, int.class));
        FileDescriptor descriptor = (FileDescriptor) socket.invoke(StandardProtocolFamily.INET, true);
        int connected = (int) connect.invokeExact(false, descriptor, address.getAddress(), address.getPort());
        if (connected < 0) {
            throw new IllegalStateException("connect0 returned " + connected);
        }
    }
}
