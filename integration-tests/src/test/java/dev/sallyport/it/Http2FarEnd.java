package dev.sallyport.it;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 server on a loopback port of the system's choice, for clients that begin with it and for those
 * that upgrade. It answers 200 to everything, a gRPC call with an empty message.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what could not be written, the client says
final class Http2FarEnd implements AutoCloseable {

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final Channel server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** Speaks it over plain TCP. */
    Http2FarEnd() {
        this(null);
    }

    /** Speaks it over TLS, to clients that ask for HTTP/2. */
    Http2FarEnd(@Nullable SslContext tls) {
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        if (tls == null) {
                            serve(channel);
                        } else {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()), codec(), multiplex());
                        }
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Returns the requests that came, as {@code GET /path}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns the hosts that the requests named, without their ports. */
    List<String> hosts() {
        return List.copyOf(hosts);
    }

    /** Returns everything that came in bodies. */
    String bodies() {
        return String.join("", bodies);
    }

    /** Returns how many connections were opened. */
    int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
    }

    private void serve(Channel channel) {
        HttpServerCodec http1 = new HttpServerCodec();
        HttpServerUpgradeHandler upgrade = new HttpServerUpgradeHandler(
                http1,
                protocol -> AsciiString.contentEquals(Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, protocol)
                        ? new Http2ServerUpgradeCodec(codec(), multiplex())
                        : null,
                1 << 16);
        channel.pipeline().addLast(new CleartextHttp2ServerUpgradeHandler(http1, upgrade, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel known) {
                known.pipeline().addLast(codec(), multiplex());
            }
        }));
    }

    private static Http2FrameCodec codec() {
        return Http2FrameCodecBuilder.forServer().build();
    }

    private Http2MultiplexHandler multiplex() {
        return new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Answer());
            }
        });
    }

    private final class Answer extends ChannelInboundHandlerAdapter {

        private boolean grpc;

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            boolean end = false;
            if (frame instanceof Http2HeadersFrame headers) {
                requests.add(
                        headers.headers().method() + " " + headers.headers().path());
                String authority = String.valueOf(headers.headers().authority());
                hosts.add(authority.substring(0, Math.max(authority.lastIndexOf(':'), 0)));
                CharSequence type = headers.headers().get("content-type");
                grpc = type != null && type.toString().startsWith("application/grpc");
                end = headers.isEndStream();
            } else if (frame instanceof Http2DataFrame data) {
                bodies.add(data.content().toString(StandardCharsets.US_ASCII));
                end = data.isEndStream();
            }
            ReferenceCountUtil.release(frame);
            if (end) {
                answer(context);
            }
        }

        private void answer(ChannelHandlerContext context) {
            Http2Headers headers = new DefaultHttp2Headers().status("200");
            if (!grpc) {
                context.writeAndFlush(new DefaultHttp2HeadersFrame(headers, true));
                return;
            }
            context.write(new DefaultHttp2HeadersFrame(headers.set("content-type", "application/grpc")));
            context.write(new DefaultHttp2DataFrame(context.alloc().buffer().writeZero(5)));
            context.writeAndFlush(
                    new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-status", "0"), true));
        }
    }
}
