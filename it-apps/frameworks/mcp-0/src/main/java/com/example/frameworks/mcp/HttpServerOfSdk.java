package com.example.frameworks.mcp;

import com.example.frameworks.servlets.Servlets;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;

/** A server made with the SDK, behind HTTP: this version has server-sent events alone. */
public final class HttpServerOfSdk {

    private HttpServerOfSdk() {}

    public static void main(String[] args) throws Exception {
        HttpServletSseServerTransportProvider transport =
                new HttpServletSseServerTransportProvider(new ObjectMapper(), "/message", "/sse");
        McpServer.sync(transport)
                .serverInfo("orders", "1")
                .tools(StdioServerOfSdk.tool("readOrder"), StdioServerOfSdk.tool("deleteOrder"))
                .build();
        Servlets.serve(transport);
    }
}
