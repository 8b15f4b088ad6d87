package com.example.http.vertx5;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import java.net.URI;

/** Vert.x 5. */
public final class Vertx5 implements ClientKind {

    @Override
    public String name() {
        return "vertx5";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClientOptions options = new HttpClientOptions();
        if (wiring.proxy() != null) {
            options.setProxyOptions(new ProxyOptions()
                    .setHost(wiring.proxy().getHostString())
                    .setPort(wiring.proxy().getPort()));
        }
        if (wiring.http2()) {
            options.setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false);
        }
        HttpClient client =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)).createHttpClient(options);
        return (method, url) -> send(client, method, url);
    }

    private static int send(HttpClient client, String method, URI url) throws Exception {
        RequestOptions options = new RequestOptions()
                .setAbsoluteURI(url.toString())
                .setMethod(HttpMethod.valueOf(method))
                .setFollowRedirects(true);
        return client.request(options)
                .compose(request -> method.equals("POST") ? request.send("body") : request.send())
                .compose(Vertx5::end)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    private static io.vertx.core.Future<Integer> end(HttpClientResponse response) {
        return response.end().map(response.statusCode());
    }
}
