package com.example.escapes;

import java.io.FileDescriptor;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;

/** Calls the JDK's native method by plain reflection, where the command line opens its package. */
final class OpenedReflection implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Class<?> net = Class.forName("sun.nio.ch.Net");
        Method socket = net.getDeclaredMethod("socket", ProtocolFamily.class, boolean.class);
        Method connect =
                net.getDeclaredMethod("connect0", boolean.class, FileDescriptor.class, InetAddress.class, int.class);
        socket.setAccessible(true);
        connect.setAccessible(true);
        InetSocketAddress address = Target.of(words[0]);
        connect.invoke(
                null,
                false,
                socket.invoke(null, StandardProtocolFamily.INET, true),
                address.getAddress(),
                address.getPort());
    }
}
