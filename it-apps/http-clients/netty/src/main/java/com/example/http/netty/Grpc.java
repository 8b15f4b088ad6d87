package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.grpc.CallOptions;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** gRPC with its own copy of Netty: always {@code POST}, always HTTP/2; the path is the service and the method. */
public final class Grpc implements ClientKind {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public Client client(Wiring wiring) {
        return client(wiring, NettyChannelBuilder::forAddress);
    }

    /** Returns a client that has its channels made for a host and a port. */
    static Client client(Wiring wiring, BiFunction<String, Integer, ManagedChannelBuilder<?>> transport) {
        Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
        return (method, url) -> call(
                channels.computeIfAbsent(
                        url.getAuthority(), to -> channel(wiring, transport.apply(url.getHost(), url.getPort()))),
                url);
    }

    private static ManagedChannel channel(Wiring wiring, ManagedChannelBuilder<?> builder) {
        builder.usePlaintext();
        if (wiring.proxy() != null) {
            builder.proxyDetector(target -> HttpConnectProxiedSocketAddress.newBuilder()
                    .setTargetAddress((InetSocketAddress) target)
                    .setProxyAddress(wiring.proxy())
                    .build());
        }
        return builder.build();
    }

    private static int call(ManagedChannel channel, URI url) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(url.getPath().substring(1))
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, new byte[0]);
        return 200;
    }
}
