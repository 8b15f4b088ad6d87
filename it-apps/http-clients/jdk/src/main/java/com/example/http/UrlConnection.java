package com.example.http;

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/** {@link HttpURLConnection}, whose pool all of the JVM shares. */
public final class UrlConnection implements ClientKind {

    @Override
    public String name() {
        return "url";
    }

    @Override
    public Client client(Wiring wiring) {
        Proxy proxy = wiring.resolvedProxy();
        return (method, url) -> send(proxy == null ? Proxy.NO_PROXY : proxy, method, url);
    }

    private static int send(Proxy proxy, String method, URI url) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(proxy);
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write('b');
        }
        int status = connection.getResponseCode();
        try (InputStream in = connection.getInputStream()) {
            in.readAllBytes();
        }
        return status;
    }
}
