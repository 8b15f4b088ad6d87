package com.example.escapes;

import java.io.FileDescriptor;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import org.jspecify.annotations.Nullable;
import sun.misc.Unsafe;

/** Sets the flag by which reflection knows that somebody may call a method, at the place where it lies in a twin. */
final class UnsafeOverride implements Escape {

    /** Laid out like {@link AccessibleObject}. */
    static class Twin {
        boolean override;

        @Nullable
        Object cache;
    }

    @Override
    public void attempt(String... words) throws Throwable {
        Unsafe unsafe = TheUnsafe.get();
        long offset = unsafe.objectFieldOffset(Twin.class.getDeclaredField("override"));
        Class<?> net = Class.forName("sun.nio.ch.Net");
        Method socket = net.getDeclaredMethod("socket", ProtocolFamily.class, boolean.class);
        Method connect =
                net.getDeclaredMethod("connect0", boolean.class, FileDescriptor.class, InetAddress.class, int.class);
        unsafe.putBoolean(socket, offset, true);
        unsafe.putBoolean(connect, offset, true);
        InetSocketAddress address = Target.of(words[0]);
        connect.invoke(
                null,
                false,
                socket.invoke(null, StandardProtocolFamily.INET, true),
                address.getAddress(),
                address.getPort());
    }
}
