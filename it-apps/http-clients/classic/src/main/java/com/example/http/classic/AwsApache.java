package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** The AWS SDK's client on Apache HttpClient 4. It follows no redirects. */
public final class AwsApache implements ClientKind {

    @Override
    public String name() {
        return "aws-apache";
    }

    @Override
    public Client client(Wiring wiring) {
        ApacheHttpClient.Builder builder = ApacheHttpClient.builder();
        if (wiring.proxy() != null) {
            builder.proxyConfiguration(ProxyConfiguration.builder()
                    .endpoint(URI.create("http://" + wiring.proxy().getHostString() + ':'
                            + wiring.proxy().getPort()))
                    .build());
        }
        SdkHttpClient client = builder.build();
        return (method, url) -> AwsUrl.send(client, method, url);
    }
}
