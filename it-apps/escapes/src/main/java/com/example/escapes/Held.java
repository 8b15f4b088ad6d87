package com.example.escapes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens a connection and keeps it, to use it after the policy has changed. */
enum Held implements Escape {
    SOCKET {
        @Override
        WritableByteChannel open(String target) throws IOException {
            Socket socket = new Socket();
            socket.connect(Target.of(target));
            return Channels.newChannel(socket.getOutputStream());
        }
    },
    CHANNEL {
        @Override
        ByteChannel open(String target) throws IOException {
            return SocketChannel.open(Target.of(target));
        }
    },
    UNIX {
        @Override
        ByteChannel open(String target) throws IOException {
            return SocketChannel.open(UnixDomainSocketAddress.of(target));
        }
    },
    DATAGRAM {
        @Override
        ByteChannel open(String target) throws IOException {
            SocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Target.of(target).getPort());
            return DatagramChannel.open().connect(address);
        }
    };

    private static final Map<String, WritableByteChannel> OPEN = new ConcurrentHashMap<>();

    abstract WritableByteChannel open(String target) throws IOException;

    @Override
    public void attempt(String... words) throws IOException {
        OPEN.put(words[0], open(words[0]));
    }

    /** Writes a byte to a connection that is open. */
    static void write(String... words) throws IOException {
        OPEN.get(words[0]).write(ByteBuffer.allocate(1));
    }

    /** Closes a connection, whose number the system may then give to another one. */
    static void close(String... words) throws IOException {
        OPEN.remove(words[0]).close();
    }
}
