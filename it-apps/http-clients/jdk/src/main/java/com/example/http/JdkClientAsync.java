package com.example.http;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** {@link HttpClient} by {@code sendAsync}. */
public final class JdkClientAsync extends JdkClient {

    @Override
    public String name() {
        return "sendAsync";
    }

    @Override
    int send(HttpClient client, HttpRequest request) throws Exception {
        return client.sendAsync(request, BodyHandlers.ofString()).get().statusCode();
    }
}
