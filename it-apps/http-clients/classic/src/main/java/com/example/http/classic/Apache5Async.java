package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.H2AsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;

/** Apache HttpClient 5 on its I/O threads. */
public final class Apache5Async implements ClientKind {

    @Override
    public String name() {
        return "apache5-async";
    }

    @Override
    public Client client(Wiring wiring) {
        CloseableHttpAsyncClient client = wiring.http2() ? http2() : http1(wiring);
        client.start();
        return (method, url) -> client.execute(request(method, url), null).get().getCode();
    }

    private static CloseableHttpAsyncClient http1(Wiring wiring) {
        // one connection: an answer is handed out before its connection is free again
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create()
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(1)
                        .build());
        if (wiring.proxy() != null) {
            builder.setProxy(
                    new HttpHost(wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        return builder.build();
    }

    private static CloseableHttpAsyncClient http2() {
        return H2AsyncClientBuilder.create().build();
    }

    private static SimpleHttpRequest request(String method, URI url) {
        SimpleRequestBuilder builder = SimpleRequestBuilder.create(method).setUri(url);
        return method.equals("POST")
                ? builder.setBody("body", ContentType.TEXT_PLAIN).build()
                : builder.build();
    }
}
