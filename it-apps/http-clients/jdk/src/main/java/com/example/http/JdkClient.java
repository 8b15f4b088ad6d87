package com.example.http;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** {@link HttpClient}, blocking. */
public class JdkClient implements ClientKind {

    @Override
    public String name() {
        return "send";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .version(wiring.http2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        if (wiring.proxy() != null) {
            builder.proxy(ProxySelector.of(wiring.proxy()));
        }
        HttpClient client = builder.build();
        return (method, url) -> send(client, request(method, url));
    }

    /** Sends one request and waits for its answer. */
    int send(HttpClient client, HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static HttpRequest request(String method, URI url) {
        HttpRequest.BodyPublisher body = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString("body")
                : HttpRequest.BodyPublishers.noBody();
        return HttpRequest.newBuilder(url).method(method, body).build();
    }
}
