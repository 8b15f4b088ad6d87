package com.shop.probe;

import java.io.IOException;
import java.net.Socket;

/** Resolves one name, opens one socket, and ends. */
public final class OpenSocket {

    private OpenSocket() {}

    /** Runs with a host and a port; with a third argument, stays until its standard input ends. */
    public static void main(String[] args) throws IOException {
        new Socket(args[0], Integer.parseInt(args[1])).close();
        if (args.length > 2) {
            System.out.println("ready");
            System.in.read();
        }
    }
}
