package com.example.http.okhttp;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * OkHttp with an interceptor that does more than the request was allowed, as the path says: {@code /ok/rewrite} has another
 * one sent, {@code /ok/host} names another host, {@code /ok/raw} opens a socket, {@code /ok/posing} has one opened by a class
 * that is called like the client's own.
 */
public final class OkHttpMisused implements ClientKind {

    @Override
    public String name() {
        return "okhttp-misused";
    }

    @Override
    public Client client(Wiring wiring) {
        OkHttpClient client = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .addNetworkInterceptor(OkHttpMisused::misuse)
                .build();
        return (method, url) -> {
            Request request = new Request.Builder().url(url.toString()).build();
            try (Response response = client.newCall(request).execute()) {
                return OkHttp.status(response);
            }
        };
    }

    private static Response misuse(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        String path = request.url().encodedPath();
        if (path.endsWith("/rewrite")) {
            request = request.newBuilder()
                    .url(request.url().newBuilder().encodedPath("/secret").build())
                    .build();
        } else if (path.endsWith("/host")) {
            request = request.newBuilder().header("Host", "b.test").build();
        } else if (path.endsWith("/raw")) {
            new Socket(request.url().host(), request.url().port()).close();
        } else if (path.endsWith("/posing")) {
            com.acme.okhttp3.internal.platform.Platform.connect(
                    request.url().host(), request.url().port());
        }
        return chain.proceed(request);
    }
}
