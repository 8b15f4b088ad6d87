package com.example.exits;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/** A socket with an implementation of its own, which hands packets on. */
final class DelegatingSocket extends DatagramSocket {

    DelegatingSocket(DatagramSocket other) {
        super(new Implementation(other));
    }

    private static final class Implementation extends DatagramSocketImpl {

        private final DatagramSocket other;

        Implementation(DatagramSocket other) {
            this.other = other;
        }

        @Override
        protected void create() {}

        @Override
        protected void bind(int port, InetAddress address) {}

        @Override
        protected void send(DatagramPacket packet) throws IOException {
            other.send(packet);
        }

        @Override
        protected int peek(InetAddress address) throws IOException {
            throw new IOException("not needed");
        }

        @Override
        protected int peekData(DatagramPacket packet) throws IOException {
            throw new IOException("not needed");
        }

        @Override
        protected void receive(DatagramPacket packet) throws IOException {
            other.receive(packet);
        }

        @Override
        @Deprecated
        protected void setTTL(byte ttl) {}

        @Override
        @Deprecated
        protected byte getTTL() {
            return 1;
        }

        @Override
        protected void setTimeToLive(int ttl) {}

        @Override
        protected int getTimeToLive() {
            return 1;
        }

        @Override
        protected void join(InetAddress group) {}

        @Override
        protected void leave(InetAddress group) {}

        @Override
        protected void joinGroup(SocketAddress group, NetworkInterface network) {}

        @Override
        protected void leaveGroup(SocketAddress group, NetworkInterface network) {}

        @Override
        protected void close() {
            other.close();
        }

        @Override
        public void setOption(int option, Object value) {}

        @Override
        public Object getOption(int option) {
            return option;
        }
    }
}
