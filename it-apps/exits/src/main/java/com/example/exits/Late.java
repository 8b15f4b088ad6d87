package com.example.exits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * What only few programs do. {@code inherited} writes to the connection that it was started on, and with a second word waits for
 * its end; {@code load} loads classes without using them.
 */
public final class Late {

    private Late() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("inherited")) {
            inherited(args.length > 1);
            return;
        }
        for (int i = 1; i < args.length; i++) {
            try {
                Class.forName(args[i], false, Late.class.getClassLoader());
                System.out.println(args[i]);
            } catch (ClassNotFoundException e) {
                // not in this JDK
            }
        }
    }

    private static void inherited(boolean waits) {
        try {
            SocketChannel channel = (SocketChannel) System.inheritedChannel();
            channel.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
            while (waits && channel.read(ByteBuffer.allocate(1)) >= 0) {
                // what comes is of no interest
            }
            System.out.println("written");
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }
}
