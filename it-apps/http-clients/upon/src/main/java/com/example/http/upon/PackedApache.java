package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.core5.http.HttpHost;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.core5.http.io.entity.EntityUtils;
import com.github.dockerjava.zerodep.shaded.org.apache.hc.core5.http.io.entity.StringEntity;
import java.net.URI;

/** Apache's client 5.0 as docker-java has packed it into itself. */
public final class PackedApache implements ClientKind {

    @Override
    public String name() {
        return "apache5-packed";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClientBuilder builder = HttpClientBuilder.create();
        if (wiring.proxy() != null) {
            builder.setProxy(new HttpHost(
                    "http", wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        CloseableHttpClient client = builder.build();
        return (method, url) -> send(client, method, url);
    }

    private static int send(CloseableHttpClient client, String method, URI url) throws Exception {
        HttpUriRequestBase request = new HttpUriRequestBase(method, url);
        if (method.equals("POST")) {
            request.setEntity(new StringEntity("body"));
        }
        try (CloseableHttpResponse response = client.execute(request)) {
            EntityUtils.consume(response.getEntity());
            return response.getCode();
        }
    }
}
