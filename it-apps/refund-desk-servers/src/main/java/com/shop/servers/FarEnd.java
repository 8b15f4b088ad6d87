package com.shop.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A server that somebody may reach, and the witness of who did: it counts every connection from the moment that it is
 * accepted, whether or not a request follows, which a ready-made HTTP server does not tell. It speaks as much HTTP/1.1
 * as the desk's clients need (bodies with a Content-Length, connections that are kept).
 */
final class FarEnd implements AutoCloseable {

    /** A request: its method, its path with the query, its body. */
    record Request(String method, String path, String body) {}

    /** An answer: its status and its JSON. */
    record Reply(int status, String json) {}

    private static final int MAX_LINE = 64 * 1024;

    private final String name;
    private final ServerSocket listener;
    private final Function<Request, Reply> answer;
    private final List<String> requests = new ArrayList<>();
    private int connections;

    /**
     * Starts listening.
     *
     * @param name what the report calls it
     * @param address where; never anything but a loopback address
     * @param port the port, 0 for one that the system picks
     * @param answer what it answers, asked on a thread of each connection
     * @throws IOException if the port cannot be had
     */
    FarEnd(String name, InetAddress address, int port, Function<Request, Reply> answer) throws IOException {
        if (!address.isLoopbackAddress()) {
            throw new IllegalArgumentException(address + " is not a loopback address");
        }
        this.name = name;
        this.answer = answer;
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(address, port));
        start(this::accept);
    }

    String name() {
        return name;
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized int connections() {
        return connections;
    }

    /** Returns the requests so far, each as {@code GET /orders/1001}. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                synchronized (this) {
                    connections++;
                }
                start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                InputStream in = new BufferedInputStream(connection.getInputStream())) {
            connection.setTcpNoDelay(true);
            for (Request request = read(in); request != null; request = read(in)) {
                synchronized (this) {
                    requests.add(request.method() + " " + request.path());
                }
                Reply reply = answer.apply(request);
                byte[] body = reply.json().getBytes(StandardCharsets.UTF_8);
                String head = "HTTP/1.1 " + reply.status() + (reply.status() < 400 ? " OK" : " No")
                        + "\r\nContent-Type: application/json\r\nKeep-Alive: timeout=60\r\nContent-Length: "
                        + body.length + "\r\n\r\n";
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(body);
                out.writeTo(connection.getOutputStream());
            }
        } catch (IOException gone) {
            // the client went away: it has been counted, there is nobody left to answer
        }
    }

    /** Returns the next request, or null when the client has closed the connection. */
    private static Request read(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ");
        if (words.length != 3) {
            throw new IOException("not HTTP: " + line);
        }
        int length = 0;
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon > 0 && header.substring(0, colon).equalsIgnoreCase("content-length")) {
                length = Integer.parseInt(header.substring(colon + 1).strip());
            }
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException();
        }
        return new Request(words[0], words[1], new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("line too long");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "far-end-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
