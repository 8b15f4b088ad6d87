package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.util.EntityUtils;

/** Apache HttpClient 4, blocking. */
public final class Apache4 implements ClientKind {

    @Override
    public String name() {
        return "apache4";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClientBuilder builder = HttpClientBuilder.create();
        if (wiring.proxy() != null) {
            builder.setProxy(
                    new HttpHost(wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        CloseableHttpClient client = builder.build();
        return (method, url) -> {
            try (CloseableHttpResponse response = client.execute(request(method, url))) {
                EntityUtils.consume(response.getEntity());
                return response.getStatusLine().getStatusCode();
            }
        };
    }

    /** Builds a request. */
    static HttpUriRequest request(String method, URI url) throws Exception {
        RequestBuilder builder = RequestBuilder.create(method).setUri(url);
        return method.equals("POST")
                ? builder.setEntity(new StringEntity("body")).build()
                : builder.build();
    }
}
