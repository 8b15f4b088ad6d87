package com.example.http.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An HTTP/2 client as a program writes it that has nothing but Netty; one connection to each server, kept open. */
public final class RawHttp2 implements ClientKind {

    private final EventLoopGroup loops = new NioEventLoopGroup(1);

    @Override
    public String name() {
        return "raw-netty-h2";
    }

    @Override
    public Client client(Wiring wiring) {
        Map<String, Channel> channels = new HashMap<>();
        return (method, url) -> send(channels, method, url);
    }

    private int send(Map<String, Channel> channels, String method, URI url) throws Exception {
        Channel channel = channels.get(url.getAuthority());
        if (channel == null || !channel.isActive()) {
            channel = connect(url);
            channels.put(url.getAuthority(), channel);
        }
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Http2StreamChannel stream =
                new Http2StreamChannelBootstrap(channel).open().sync().getNow();
        stream.pipeline().addLast(new Answer(status));
        boolean hasBody = method.equals("POST");
        // throws what the write failed with
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers(method, url), !hasBody))
                .sync();
        if (hasBody) {
            stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer("body", UTF_8), true))
                    .sync();
        }
        return status.get();
    }

    private Channel connect(URI url) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(url.getHost(), url.getPort())
                .sync()
                .channel();
    }

    /** The query, if there is one, is written as the authority. */
    private static Http2Headers headers(String method, URI url) {
        return new DefaultHttp2Headers()
                .method(method)
                .scheme("http")
                .authority(url.getQuery() == null ? url.getAuthority() : url.getQuery())
                .path(url.getPath());
    }

    private static final class Answer extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Integer> status;

        private Answer(CompletableFuture<Integer> status) {
            this.status = status;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                status.complete(Integer.parseInt(headers.headers().status().toString()));
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            status.completeExceptionally(new IOException("closed"));
        }
    }
}
