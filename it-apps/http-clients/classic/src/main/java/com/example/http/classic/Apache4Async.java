package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import org.apache.http.HttpHost;
import org.apache.http.impl.nio.client.CloseableHttpAsyncClient;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;

/** Apache HttpAsyncClient 4. */
public final class Apache4Async implements ClientKind {

    @Override
    public String name() {
        return "apache4-async";
    }

    @Override
    public Client client(Wiring wiring) {
        // one connection: an answer is handed out before its connection is free again
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create().setMaxConnPerRoute(1);
        if (wiring.proxy() != null) {
            builder.setProxy(
                    new HttpHost(wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        CloseableHttpAsyncClient client = builder.build();
        client.start();
        return (method, url) -> client.execute(Apache4.request(method, url), null)
                .get()
                .getStatusLine()
                .getStatusCode();
    }
}
