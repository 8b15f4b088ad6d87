package com.example.http.okhttp;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** OkHttp, blocking. */
public class OkHttp implements ClientKind {

    @Override
    public String name() {
        return "okhttp";
    }

    @Override
    public Client client(Wiring wiring) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        Proxy proxy = wiring.unresolvedProxy();
        builder.proxy(proxy == null ? Proxy.NO_PROXY : proxy);
        if (wiring.http2()) {
            builder.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        }
        OkHttpClient client = builder.build();
        return (method, url) -> answer(client.newCall(request(method, url)));
    }

    /** Makes the call and waits for its answer. */
    int answer(Call call) throws Exception {
        try (Response response = call.execute()) {
            return status(response);
        }
    }

    /** Reads an answer to its end, so that its connection can be used again. */
    static int status(Response response) throws IOException {
        response.body().bytes();
        return response.code();
    }

    @SuppressWarnings("deprecation") // its successor is not in version 3
    private static Request request(String method, URI url) {
        RequestBody body = method.equals("POST") ? RequestBody.create(MediaType.parse("text/plain"), "body") : null;
        return new Request.Builder().url(url.toString()).method(method, body).build();
    }
}
