package com.example.frameworks.mcp;

import com.example.frameworks.servlets.Servlets;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.util.Arrays;
import java.util.List;

/** A client whose server is a process of its own behind HTTP. The arguments are a transport, and the server's command. */
@SuppressWarnings("deprecation") // server-sent events alone are the old transport
public final class HttpServerClient {

    private HttpServerClient() {}

    public static void main(String[] args) throws Exception {
        List<String> command = Arrays.asList(args).subList(1, args.length);
        Servlets.with(command, port -> McpCalls.converse(transport(args[0], "http://127.0.0.1:" + port)));
        System.exit(0);
    }

    private static McpClientTransport transport(String kind, String url) {
        return kind.equals("sse")
                ? HttpClientSseClientTransport.builder(url).build()
                : HttpClientStreamableHttpTransport.builder(url).build();
    }
}
