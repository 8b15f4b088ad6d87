package com.example.http.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDatagramChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.DatagramPacket;

/** The copy of Netty that gRPC brings, with its own copy of the native library. */
final class ShadedEpoll {

    private static final EventLoopGroup LOOPS = new EpollEventLoopGroup(1);

    private ShadedEpoll() {}

    static void connect(String target) throws Exception {
        new Bootstrap()
                .group(LOOPS)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(NettyExits.address(target))
                .sync()
                .channel()
                .close()
                .sync();
    }

    static void send(String target) throws Exception {
        Channel channel = new Bootstrap()
                .group(LOOPS)
                .channel(EpollDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(0)
                .sync()
                .channel();
        try {
            channel.writeAndFlush(new DatagramPacket(Unpooled.copiedBuffer("hello", UTF_8), NettyExits.address(target)))
                    .sync();
        } finally {
            channel.close().sync();
        }
    }
}
