package com.shop.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Connects and closes, again and again, and prints what one connect and close takes for each block of many. */
public final class ConnectLoop {

    private ConnectLoop() {}

    /** Runs with a host, a port, the number of blocks, how many connects a block has, and how deep the stack shall be. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
        int blocks = Integer.parseInt(args[2]);
        int size = Integer.parseInt(args[3]);
        int depth = Integer.parseInt(args[4]);
        for (int block = 0; block < blocks; block++) {
            Stopwatch watch = new Stopwatch();
            for (int i = 0; i < size; i++) {
                connect(target, depth - 2);
            }
            System.out.println(watch.figures(size));
        }
    }

    private static void connect(InetSocketAddress target, int framesBetween) throws IOException {
        if (framesBetween > 0) {
            connect(target, framesBetween - 1);
            return;
        }
        Socket socket = new Socket();
        // closed by reset, so that no port is left waiting and the loop can go on for ever
        socket.setSoLinger(true, 0);
        socket.connect(target);
        socket.close();
    }
}
