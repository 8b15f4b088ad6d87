package com.example.frameworks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server of the Model Context Protocol behind HTTP, which says what tools it was asked for. */
public final class HttpMcpServer implements AutoCloseable {

    private final HttpServer server;

    /** Opens it on a port of the loopback interface. */
    public HttpMcpServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        server.createContext("/mcp", HttpMcpServer::answer);
        server.start();
    }

    /** Returns where it is. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            String message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (message.contains("tools/call")) {
                Orders.seen("the server is asked", message.contains("deleteOrder") ? "deleteOrder" : "another tool");
            }
            String answer = StdioServer.answer(message);
            if (answer == null) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
