package com.shop.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Requests on a kept-alive connection, again and again; prints what one request takes for each block of many. */
public final class RequestLoop {

    private RequestLoop() {}

    /** Runs with {@code HttpClient} or {@code HttpURLConnection}, a URL, the number of blocks, and a block's size. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Request request = args[0].equals("HttpClient") ? httpClient(args[1]) : urlConnection(args[1]);
        int blocks = Integer.parseInt(args[2]);
        int size = Integer.parseInt(args[3]);
        for (int block = 0; block < blocks; block++) {
            Stopwatch watch = new Stopwatch();
            for (int i = 0; i < size; i++) {
                if (request.send() != 200) {
                    throw new IOException("not answered with 200");
                }
            }
            System.out.println(watch.figures(size));
        }
        // an HttpClient's thread may linger for some 100 ms; nothing of that is measured
        System.exit(0);
    }

    private interface Request {
        int send() throws IOException, InterruptedException;
    }

    private static Request httpClient(String url) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return () -> client.send(request, BodyHandlers.ofByteArray()).statusCode();
    }

    private static Request urlConnection(String url) {
        return () -> {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            try (InputStream body = connection.getInputStream()) {
                body.readAllBytes();
            }
            return connection.getResponseCode();
        };
    }
}
