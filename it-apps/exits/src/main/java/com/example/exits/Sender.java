package com.example.exits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.AgentScope;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Sends bodies by the JDK's clients. Reads lines of words separated by tabs, {@code AGENT WAY URL BODY}, where a {@code |} in the
 * body stands between its parts, and answers each with one: {@code OUT 200}, or {@code OUT} and the classes of what was thrown.
 */
public final class Sender {

    private final HttpClient client = HttpClient.newHttpClient();

    private Sender() {}

    public static void main(String[] args) throws IOException {
        Sender sender = new Sender();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            System.out.println(sender.answer(words));
            System.out.flush();
        }
        System.exit(0);
    }

    @SuppressWarnings("try") // the scope is there to be left
    private String answer(String[] words) {
        try (AgentScope scope = AgentScope.enter(words[0])) {
            return "OUT " + send(words[1], URI.create(words[2]), words[3].split("\\|", -1));
        } catch (Throwable t) {
            StringBuilder names = new StringBuilder("OUT");
            for (Throwable cause = t; cause != null; cause = cause.getCause()) {
                names.append(' ').append(cause.getClass().getName());
                if (cause.getClass().getName().startsWith("dev.sallyport.")) {
                    System.err.println(cause);
                }
            }
            return names.toString();
        }
    }

    private int send(String way, URI url, String[] parts) throws Exception {
        String whole = String.join("", parts);
        return switch (way) {
            case "url", "url-fixed", "url-chunked", "url-bytes" -> connection(way, url, parts);
            case "url-header" -> header(url, whole);
            case "client" -> client(url, BodyPublishers.ofString(whole));
            case "client-parts" -> client(url, BodyPublishers.ofByteArrays(bytes(parts)));
            case "client-stream" -> client(url, BodyPublishers.ofInputStream(() -> streams(parts)));
            case "client-async" ->
                client.sendAsync(
                                HttpRequest.newBuilder(url)
                                        .POST(BodyPublishers.ofString(whole))
                                        .build(),
                                BodyHandlers.ofString())
                        .get()
                        .statusCode();
            case "client-header" ->
                client.send(HttpRequest.newBuilder(url).header("X-Note", whole).build(), BodyHandlers.ofString())
                        .statusCode();
            default -> throw new IllegalArgumentException(way);
        };
    }

    private static int connection(String way, URI url, String[] parts) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setDoOutput(true);
        if (way.equals("url-fixed")) {
            connection.setFixedLengthStreamingMode(String.join("", parts).getBytes(UTF_8).length);
        } else if (!way.equals("url")) {
            connection.setChunkedStreamingMode(0);
        }
        OutputStream out = connection.getOutputStream();
        for (String part : parts) {
            byte[] bytes = part.getBytes(UTF_8);
            if (way.equals("url-bytes")) {
                for (byte b : bytes) {
                    out.write(b);
                }
            } else {
                out.write(bytes);
                out.flush();
            }
        }
        out.close();
        return status(connection);
    }

    private static int header(URI url, String value) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setRequestProperty("X-Note", value);
        return status(connection);
    }

    private static int status(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            if (in != null) {
                in.readAllBytes();
            }
        }
        return status;
    }

    private int client(URI url, BodyPublisher body) throws Exception {
        return client.send(HttpRequest.newBuilder(url).POST(body).build(), BodyHandlers.ofString())
                .statusCode();
    }

    private static List<byte[]> bytes(String[] parts) {
        List<byte[]> bytes = new ArrayList<>();
        for (String part : parts) {
            bytes.add(part.getBytes(UTF_8));
        }
        return bytes;
    }

    private static InputStream streams(String[] parts) {
        List<InputStream> streams = new ArrayList<>();
        for (byte[] part : bytes(parts)) {
            streams.add(new ByteArrayInputStream(part));
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }
}
