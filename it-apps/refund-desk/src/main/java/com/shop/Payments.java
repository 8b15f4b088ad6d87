package com.shop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The payment service provider, asked the old way; the JDK keeps the connections and shares them between callers. */
final class Payments {

    private final URI service;

    Payments(URI service) {
        this.service = service;
    }

    /** Pays back an amount, in minor units, and returns the provider's answer as JSON. */
    String refund(String order, long amountMinor) throws IOException {
        HttpURLConnection connection = connection("/v1/refunds");
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream body = connection.getOutputStream()) {
            body.write(
                    ("{\"order\":\"" + order + "\",\"amount\":" + amountMinor + "}").getBytes(StandardCharsets.UTF_8));
        }
        return answer(connection);
    }

    /** Returns the earlier refunds of an order, as JSON. */
    String refunds(String order) throws IOException {
        return answer(connection("/v1/refunds/" + order));
    }

    private HttpURLConnection connection(String path) throws IOException {
        return (HttpURLConnection) service.resolve(path).toURL().openConnection();
    }

    private static String answer(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
