package com.example.escapes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Puts an allowed name on the address that it wants to reach. */
final class SpoofedName implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        InetSocketAddress target = Target.of(words[0]);
        byte[] address = target.getAddress().getAddress();
        new Socket(InetAddress.getByAddress("allowed.example", address), target.getPort()).close();
    }
}
