package com.example.frameworks.mcp;

import com.example.frameworks.servlets.Servlets;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import java.util.Arrays;
import java.util.List;

/** A client whose server is a process of its own behind HTTP. The arguments are a transport, and the server's command. */
public final class HttpServerClient {

    private HttpServerClient() {}

    public static void main(String[] args) throws Exception {
        List<String> command = Arrays.asList(args).subList(1, args.length);
        Servlets.with(
                command,
                port -> McpCalls.converse(HttpClientSseClientTransport.builder("http://127.0.0.1:" + port)
                        .build()));
        System.exit(0);
    }
}
