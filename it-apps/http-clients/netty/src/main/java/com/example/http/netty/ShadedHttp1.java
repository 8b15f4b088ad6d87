package com.example.http.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The same as {@link RawHttp1} with the copy of Netty that gRPC brings. */
public final class ShadedHttp1 implements ClientKind {

    private static final int MAX_ANSWER = 1 << 16;

    private final EventLoopGroup loops = new NioEventLoopGroup(1);

    @Override
    public String name() {
        return "raw-netty-shaded";
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
        channel.pipeline().get(Answers.class).next = status;
        // throws what the write failed with
        channel.writeAndFlush(request(method, url)).sync();
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
                                .addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_ANSWER), new Answers());
                    }
                })
                .connect(url.getHost(), url.getPort())
                .sync()
                .channel();
    }

    /** The query, if there is one, is written as the {@code Host} header. */
    private static FullHttpRequest request(String method, URI url) {
        byte[] body = method.equals("POST") ? "body".getBytes(UTF_8) : new byte[0];
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), url.getPath(), Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, url.getQuery() == null ? url.getAuthority() : url.getQuery())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return request;
    }

    private static final class Answers extends ChannelInboundHandlerAdapter {

        private volatile CompletableFuture<Integer> next = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof FullHttpResponse response) {
                next.complete(response.status().code());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            next.completeExceptionally(new IOException("closed"));
        }
    }
}
