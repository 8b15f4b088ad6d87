package com.example.frameworks.mcp;

import com.example.frameworks.HttpMcpServer;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;

/** A client whose server is behind HTTP. */
public final class HttpClient {

    private HttpClient() {}

    public static void main(String[] args) throws Exception {
        try (HttpMcpServer server = new HttpMcpServer(Integer.parseInt(args[0]))) {
            converse(server.url());
        }
    }

    static void converse(String url) {
        McpCalls.converse(HttpClientStreamableHttpTransport.builder(url).build());
    }
}
