package com.example.escapes;

import java.lang.invoke.MethodHandles;

/** Has a private lookup in the JDK's class, where the command line opens its package. */
final class OpenedLookup implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Class<?> net = Class.forName("sun.nio.ch.Net");
        TrustedLookup.connect(MethodHandles.privateLookupIn(net, MethodHandles.lookup()), words[0]);
    }
}
