package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;

/** The AWS SDK's client in native code. It follows no redirects. */
public final class AwsCrt implements ClientKind {

    @Override
    public String name() {
        return "aws-crt";
    }

    @Override
    public Client client(Wiring wiring) {
        SdkHttpClient client = AwsCrtHttpClient.builder().build();
        return (method, url) -> AwsUrl.send(client, method, url);
    }
}
