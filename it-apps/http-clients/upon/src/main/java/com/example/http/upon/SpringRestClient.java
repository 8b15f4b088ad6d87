package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Spring's {@link RestClient}, on {@code java.net.http}. */
public final class SpringRestClient implements ClientKind {

    @Override
    public String name() {
        return "rest-client";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClient.Builder transport = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.ALWAYS);
        if (wiring.proxy() != null) {
            transport.proxy(ProxySelector.of(wiring.proxy()));
        }
        RestClient client = RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory(transport.build()))
                .build();
        return (method, url) -> send(client, method, url);
    }

    private static int send(RestClient client, String method, URI url) {
        RestClient.RequestBodySpec request =
                client.method(HttpMethod.valueOf(method)).uri(url);
        if (method.equals("POST")) {
            request.body("body");
        }
        return request.retrieve().toEntity(String.class).getStatusCode().value();
    }
}
