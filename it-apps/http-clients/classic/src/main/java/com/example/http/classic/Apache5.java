package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/** Apache HttpClient 5, blocking. */
public final class Apache5 implements ClientKind {

    @Override
    public String name() {
        return "apache5";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClientBuilder builder = HttpClientBuilder.create();
        if (wiring.socks()) {
            builder.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultSocketConfig(SocketConfig.custom()
                            .setSocksProxyAddress(wiring.proxy())
                            .build())
                    .build());
        } else if (wiring.proxy() != null) {
            builder.setProxy(
                    new HttpHost(wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        CloseableHttpClient client = builder.build();
        return (method, url) -> client.execute(request(method, url), response -> {
            EntityUtils.consume(response.getEntity());
            return response.getCode();
        });
    }

    private static ClassicHttpRequest request(String method, URI url) {
        ClassicRequestBuilder builder = ClassicRequestBuilder.create(method).setUri(url);
        return method.equals("POST") ? builder.setEntity("body").build() : builder.build();
    }
}
