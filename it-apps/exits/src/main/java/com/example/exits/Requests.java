package com.example.exits;

import dev.sallyport.AgentScope;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutionException;

/**
 * Makes HTTP requests one after the other, each by a client, an agent, a method and a URL ({@code send agent-a GET
 * http://...}; {@code -} for no agent), and prints the status or what was thrown, with its causes.
 */
public final class Requests {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .proxy(ProxySelector.getDefault())
            .build();

    private Requests() {}

    public static void main(String[] args) throws InterruptedException {
        for (int i = 0; i < args.length; i += 4) {
            System.out.println(asAgent(args[i], args[i + 1], args[i + 2], URI.create(args[i + 3])));
        }
        System.exit(0);
    }

    @SuppressWarnings("try")
    private static String asAgent(String client, String agent, String method, URI uri) throws InterruptedException {
        if (agent.equals("-")) {
            return request(client, method, uri);
        }
        try (AgentScope scope = AgentScope.enter(agent)) {
            return request(client, method, uri);
        }
    }

    private static String request(String client, String method, URI uri) throws InterruptedException {
        try {
            return switch (client) {
                case "url" -> url(method, uri);
                case "send" ->
                    CLIENT.send(build(method, uri), BodyHandlers.ofString()).statusCode() + "";
                case "sendAsync" ->
                    CLIENT.sendAsync(build(method, uri), BodyHandlers.ofString())
                                    .get()
                                    .statusCode()
                            + "";
                default -> throw new IllegalArgumentException(client);
            };
        } catch (IOException | ExecutionException e) {
            StringBuilder names = new StringBuilder();
            for (Throwable t = e; t != null; t = t.getCause()) {
                names.append(names.length() == 0 ? "" : " <- ")
                        .append(t.getClass().getSimpleName());
            }
            return names.toString();
        }
    }

    private static HttpRequest build(String method, URI uri) {
        HttpRequest.BodyPublisher body = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString("body")
                : HttpRequest.BodyPublishers.noBody();
        return HttpRequest.newBuilder(uri).method(method, body).build();
    }

    private static String url(String method, URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write('b');
        }
        int status = connection.getResponseCode();
        try (InputStream in = connection.getInputStream()) {
            in.readAllBytes();
        }
        return Integer.toString(status);
    }
}
