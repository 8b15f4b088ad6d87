package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** The AWS SDK's client on {@link java.net.HttpURLConnection}. It follows no redirects. */
public final class AwsUrl implements ClientKind {

    @Override
    public String name() {
        return "aws-url";
    }

    @Override
    public Client client(Wiring wiring) {
        UrlConnectionHttpClient.Builder builder = UrlConnectionHttpClient.builder();
        if (wiring.proxy() != null) {
            builder.proxyConfiguration(ProxyConfiguration.builder()
                    .endpoint(URI.create("http://" + wiring.proxy().getHostString() + ':'
                            + wiring.proxy().getPort()))
                    .build());
        }
        SdkHttpClient client = builder.build();
        return (method, url) -> send(client, method, url);
    }

    /** Sends one request of the SDK's. */
    static int send(SdkHttpClient client, String method, URI url) throws Exception {
        byte[] body = (method.equals("POST") ? "body" : "").getBytes(StandardCharsets.UTF_8);
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.valueOf(method))
                .uri(url)
                .putHeader("Host", url.getAuthority());
        if (body.length > 0) {
            request.putHeader("Content-Length", Integer.toString(body.length));
            request.contentStreamProvider(() -> new ByteArrayInputStream(body));
        }
        HttpExecuteResponse response = client.prepareRequest(HttpExecuteRequest.builder()
                        .request(request.build())
                        .contentStreamProvider(
                                request.build().contentStreamProvider().orElse(null))
                        .build())
                .call();
        if (response.responseBody().isPresent()) {
            AbortableInputStream answer = response.responseBody().get();
            try (InputStream in = answer) {
                in.readAllBytes();
            }
        }
        return response.httpResponse().statusCode();
    }
}
