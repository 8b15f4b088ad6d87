package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Google's client, on {@code HttpURLConnection}. */
public final class GoogleClient implements ClientKind {

    @Override
    public String name() {
        return "google-http";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpRequestFactory requests = new NetHttpTransport.Builder()
                .setProxy(wiring.resolvedProxy())
                .build()
                .createRequestFactory();
        return (method, url) -> send(requests, method, url);
    }

    private static int send(HttpRequestFactory requests, String method, URI url) throws Exception {
        byte[] body = "body".getBytes(StandardCharsets.US_ASCII);
        HttpRequest request = requests.buildRequest(
                method, new GenericUrl(url), method.equals("POST") ? new ByteArrayContent("text/plain", body) : null);
        HttpResponse response = request.setThrowExceptionOnExecuteError(false).execute();
        response.parseAsString();
        return response.getStatusCode();
    }
}
