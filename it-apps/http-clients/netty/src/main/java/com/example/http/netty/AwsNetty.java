package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.http.async.SdkHttpContentPublisher;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;

/** The AWS SDK's client on Netty. It follows no redirects. */
public final class AwsNetty implements ClientKind {

    @Override
    public String name() {
        return "aws-netty";
    }

    @Override
    public Client client(Wiring wiring) {
        NettyNioAsyncHttpClient.Builder builder = NettyNioAsyncHttpClient.builder();
        if (wiring.proxy() != null) {
            builder.proxyConfiguration(ProxyConfiguration.builder()
                    .host(wiring.proxy().getHostString())
                    .port(wiring.proxy().getPort())
                    .build());
        }
        if (wiring.http2()) {
            builder.protocol(Protocol.HTTP2);
        }
        SdkAsyncHttpClient client = builder.build();
        return (method, url) -> send(client, method, url);
    }

    private static int send(SdkAsyncHttpClient client, String method, URI url) throws Exception {
        byte[] body = (method.equals("POST") ? "body" : "").getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.valueOf(method))
                .uri(url)
                .putHeader("Host", url.getAuthority())
                .putHeader("Content-Length", Integer.toString(body.length))
                .build();
        Response response = new Response();
        client.execute(AsyncExecuteRequest.builder()
                        .request(request)
                        .requestContentPublisher(new Body(body))
                        .responseHandler(response)
                        .build())
                .get();
        return response.status.get();
    }

    private record Body(byte[] bytes) implements SdkHttpContentPublisher {

        @Override
        public Optional<Long> contentLength() {
            return Optional.of((long) bytes.length);
        }

        @Override
        public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                private boolean sent;

                @Override
                public void request(long n) {
                    if (!sent) {
                        sent = true;
                        subscriber.onNext(ByteBuffer.wrap(bytes));
                        subscriber.onComplete();
                    }
                }

                @Override
                public void cancel() {
                    sent = true;
                }
            });
        }
    }

    private static final class Response implements SdkAsyncHttpResponseHandler {

        private final CompletableFuture<Integer> status = new CompletableFuture<>();

        @Override
        public void onHeaders(SdkHttpResponse headers) {
            status.complete(headers.statusCode());
        }

        @Override
        public void onStream(Publisher<ByteBuffer> stream) {
            stream.subscribe(new Subscriber<>() {
                @Override
                public void onSubscribe(Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(ByteBuffer part) {}

                @Override
                public void onError(Throwable failure) {
                    status.completeExceptionally(failure);
                }

                @Override
                public void onComplete() {}
            });
        }

        @Override
        public void onError(Throwable failure) {
            status.completeExceptionally(failure);
        }
    }
}
