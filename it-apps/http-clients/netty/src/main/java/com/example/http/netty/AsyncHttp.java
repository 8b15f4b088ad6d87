package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClientConfig;
import org.asynchttpclient.Dsl;
import org.asynchttpclient.RequestBuilder;

/** AsyncHttpClient. */
public final class AsyncHttp implements ClientKind {

    @Override
    public String name() {
        return "async-http-client";
    }

    @Override
    public Client client(Wiring wiring) {
        DefaultAsyncHttpClientConfig.Builder config = Dsl.config().setFollowRedirect(true);
        if (wiring.proxy() != null) {
            config.setProxyServer(Dsl.proxyServer(
                    wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        AsyncHttpClient client = Dsl.asyncHttpClient(config);
        return (method, url) -> send(client, method, url);
    }

    private static int send(AsyncHttpClient client, String method, URI url) throws Exception {
        RequestBuilder request = new RequestBuilder(method).setUrl(url.toString());
        if (method.equals("POST")) {
            request.setBody("body");
        }
        return client.executeRequest(request).get().getStatusCode();
    }
}
