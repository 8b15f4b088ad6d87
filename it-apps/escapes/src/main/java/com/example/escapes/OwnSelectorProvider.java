package com.example.escapes;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Opens a channel of a provider of its own. */
final class OwnSelectorProvider implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        try (SocketChannel channel = new Own().openSocketChannel()) {
            channel.connect(Target.of(words[0]));
        }
    }

    /** Hands on what it is asked for, as one with better channels would not. */
    private static final class Own extends SelectorProvider {

        private final SelectorProvider other = SelectorProvider.provider();

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return other.openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            return other.openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return other.openPipe();
        }

        @Override
        public AbstractSelector openSelector() throws IOException {
            return other.openSelector();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return other.openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return other.openSocketChannel();
        }
    }
}
