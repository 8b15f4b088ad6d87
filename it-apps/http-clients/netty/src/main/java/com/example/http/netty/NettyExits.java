package com.example.http.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tries the ways out of Netty that do not lead through the JDK, and two that do. Lines {@code EXIT TARGET}, separated by a
 * tab, are read from the standard input; each is answered by {@code OUT ok}, {@code OUT refused} with the refusal's class, or
 * {@code OUT failed} with what was thrown. A target is {@code address:port}, a path, or for names {@code
 * name@server:port}.
 */
public final class NettyExits {

    private static final EventLoopGroup EPOLL = new EpollEventLoopGroup(1);
    private static final EventLoopGroup NIO = new NioEventLoopGroup(1);

    @FunctionalInterface
    private interface Exit {
        void leave(String target) throws Exception;
    }

    private NettyExits() {}

    public static void main(String[] args) throws Exception {
        Map<String, Exit> exits = new LinkedHashMap<>();
        exits.put("nio", target -> connect(NIO, NioSocketChannel.class, target));
        exits.put("epoll", target -> connect(EPOLL, EpollSocketChannel.class, target));
        exits.put("epoll, shaded", ShadedEpoll::connect);
        exits.put("epoll, the socket itself", NettyExits::socketItself);
        exits.put("nio datagram", target -> send(NIO, NioDatagramChannel.class, target));
        exits.put("epoll datagram", target -> send(EPOLL, EpollDatagramChannel.class, target));
        exits.put("epoll datagram, connected", NettyExits::connectedDatagram);
        exits.put("epoll, many datagrams", NettyExits::manyDatagrams);
        exits.put("epoll, shaded datagram", ShadedEpoll::send);
        exits.put("epoll listen", NettyExits::listen);
        exits.put("epoll unix", target -> unix(target).close().sync());
        exits.put("epoll descriptor", NettyExits::descriptor);
        exits.put("resolver", NettyExits::resolve);
        exits.put("resolver, question", NettyExits::question);
        exits.put("epoll by name", NettyExits::connectByName);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            System.out.println(attempt(exits.get(words[0]), words[1]));
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String attempt(Exit exit, String target) {
        try {
            exit.leave(target);
            return "OUT ok";
        } catch (Throwable thrown) {
            for (Throwable t = thrown; t != null; t = t.getCause()) {
                if (t.getClass().getName().startsWith("dev.sallyport.")) {
                    return "OUT refused " + t.getClass().getSimpleName();
                }
            }
            return "OUT failed " + thrown.toString().replace('\n', ' ');
        }
    }

    static InetSocketAddress address(String target) {
        int colon = target.lastIndexOf(':');
        return new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
    }

    private static Channel open(EventLoopGroup loops, Class<? extends Channel> type) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(type)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(0)
                .sync()
                .channel();
    }

    private static void connect(EventLoopGroup loops, Class<? extends Channel> type, String target) throws Exception {
        new Bootstrap()
                .group(loops)
                .channel(type)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address(target))
                .sync()
                .channel()
                .close()
                .sync();
    }

    private static void socketItself(String target) throws Exception {
        Socket socket = Socket.newSocketStream();
        try {
            socket.connect(address(target));
        } finally {
            socket.close();
        }
    }

    private static void send(EventLoopGroup loops, Class<? extends Channel> type, String target) throws Exception {
        Channel channel = open(loops, type);
        try {
            channel.writeAndFlush(new DatagramPacket(Unpooled.copiedBuffer("hello", UTF_8), address(target)))
                    .sync();
        } finally {
            channel.close().sync();
        }
    }

    private static void connectedDatagram(String target) throws Exception {
        Channel channel = open(EPOLL, EpollDatagramChannel.class);
        try {
            channel.connect(address(target)).sync();
            channel.writeAndFlush(Unpooled.copiedBuffer("hello", UTF_8)).sync();
        } finally {
            channel.close().sync();
        }
    }

    private static void manyDatagrams(String target) throws Exception {
        Channel channel = open(EPOLL, EpollDatagramChannel.class);
        try {
            channel.write(new DatagramPacket(Unpooled.copiedBuffer("one", UTF_8), address(target)));
            channel.writeAndFlush(new DatagramPacket(Unpooled.copiedBuffer("two", UTF_8), address(target)))
                    .sync();
        } finally {
            channel.close().sync();
        }
    }

    private static void listen(String target) throws Exception {
        new io.netty.bootstrap.ServerBootstrap()
                .group(EPOLL)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(address(target))
                .sync()
                .channel()
                .close()
                .sync();
    }

    private static Channel unix(String target) throws Exception {
        return new Bootstrap()
                .group(EPOLL)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(target))
                .sync()
                .channel();
    }

    /** Hands a file of its own to whoever listens at the path. */
    private static void descriptor(String target) throws Exception {
        Channel channel = unix(target);
        try {
            channel.writeAndFlush(FileDescriptor.from("/dev/null")).sync();
        } finally {
            channel.close().sync();
        }
    }

    private static DnsNameResolver resolver(String target) {
        return new DnsNameResolverBuilder(NIO.next())
                .datagramChannelType(NioDatagramChannel.class)
                .queryTimeoutMillis(2000)
                .nameServerProvider(
                        new SingletonDnsServerAddressStreamProvider(address(target.substring(target.indexOf('@') + 1))))
                .build();
    }

    private static void resolve(String target) throws Exception {
        try (DnsNameResolver resolver = resolver(target)) {
            InetAddress found = resolver.resolve(target.substring(0, target.indexOf('@')))
                    .sync()
                    .getNow();
            if (found == null) {
                throw new IllegalStateException("no answer");
            }
        }
    }

    /** The target is {@code name:port@server:port}. */
    private static void connectByName(String target) throws Exception {
        InetSocketAddress server = address(target.substring(target.indexOf('@') + 1));
        String named = target.substring(0, target.indexOf('@'));
        int colon = named.indexOf(':');
        new Bootstrap()
                .group(EPOLL)
                .channel(EpollSocketChannel.class)
                .resolver(new DnsAddressResolverGroup(
                        EpollDatagramChannel.class, new SingletonDnsServerAddressStreamProvider(server)))
                .handler(new ChannelInboundHandlerAdapter())
                .connect(named.substring(0, colon), Integer.parseInt(named.substring(colon + 1)))
                .sync()
                .channel()
                .close()
                .sync();
    }

    private static void question(String target) throws Exception {
        try (DnsNameResolver resolver = resolver(target)) {
            String name = target.substring(0, target.indexOf('@')) + '.';
            ReferenceCountUtil.release(resolver.query(new DefaultDnsQuestion(name, DnsRecordType.TXT))
                    .sync()
                    .getNow());
        }
    }
}
