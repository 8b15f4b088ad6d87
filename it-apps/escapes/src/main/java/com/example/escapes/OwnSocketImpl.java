package com.example.escapes;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** Gives a socket an implementation that connects in a way of its own. */
final class OwnSocketImpl implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        try (Socket socket = new OwnSocket(new ByChannel())) {
            socket.connect(Target.of(words[0]));
        }
    }

    private static final class OwnSocket extends Socket {

        OwnSocket(SocketImpl implementation) throws IOException {
            super(implementation);
        }
    }

    private static final class ByChannel extends SocketImpl {

        private final SocketChannel channel;

        ByChannel() throws IOException {
            channel = SocketChannel.open();
            fd = new FileDescriptor();
        }

        @Override
        protected void create(boolean stream) {}

        @Override
        protected void connect(String host, int port) throws IOException {
            connect(new InetSocketAddress(host, port), 0);
        }

        @Override
        protected void connect(InetAddress address, int port) throws IOException {
            connect(new InetSocketAddress(address, port), 0);
        }

        @Override
        protected void connect(SocketAddress address, int timeout) throws IOException {
            channel.connect(address);
        }

        @Override
        protected void bind(InetAddress host, int port) {}

        @Override
        protected void listen(int backlog) {}

        @Override
        protected void accept(SocketImpl accepted) throws IOException {
            throw new IOException("a client");
        }

        @Override
        protected InputStream getInputStream() {
            return Channels.newInputStream(channel);
        }

        @Override
        protected OutputStream getOutputStream() {
            return Channels.newOutputStream(channel);
        }

        @Override
        protected int available() {
            return 0;
        }

        @Override
        protected void close() throws IOException {
            channel.close();
        }

        @Override
        protected void sendUrgentData(int data) {}

        @Override
        public void setOption(int option, Object value) {}

        @Override
        public Object getOption(int option) {
            return option;
        }
    }
}
