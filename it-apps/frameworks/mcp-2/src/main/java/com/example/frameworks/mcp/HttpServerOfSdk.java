package com.example.frameworks.mcp;

import com.example.frameworks.servlets.Servlets;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;

/** Servers made with the SDK, behind HTTP. The argument is a transport: sse, streamable or stateless. */
@SuppressWarnings("deprecation") // what 1.0 and 2.1 have in common
public final class HttpServerOfSdk {

    private HttpServerOfSdk() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "sse" -> {
                HttpServletSseServerTransportProvider transport = HttpServletSseServerTransportProvider.builder()
                        .jsonMapper(McpJsonDefaults.getMapper())
                        .messageEndpoint("/message")
                        .build();
                McpServer.sync(transport)
                        .serverInfo("orders", "1")
                        .tools(StdioServerOfSdk.tool("readOrder"), StdioServerOfSdk.tool("deleteOrder"))
                        .build();
                Servlets.serve(transport);
            }
            case "streamable" -> {
                HttpServletStreamableServerTransportProvider transport =
                        HttpServletStreamableServerTransportProvider.builder()
                                .jsonMapper(McpJsonDefaults.getMapper())
                                .build();
                McpServer.sync(transport)
                        .serverInfo("orders", "1")
                        .tools(StdioServerOfSdk.tool("readOrder"), StdioServerOfSdk.tool("deleteOrder"))
                        .build();
                Servlets.serve(transport);
            }
            default -> {
                HttpServletStatelessServerTransport transport = HttpServletStatelessServerTransport.builder()
                        .jsonMapper(McpJsonDefaults.getMapper())
                        .build();
                McpServer.sync(transport)
                        .serverInfo("orders", "1")
                        .tools(stateless("readOrder"), stateless("deleteOrder"))
                        .build();
                Servlets.serve(transport);
            }
        }
    }

    private static McpStatelessServerFeatures.SyncToolSpecification stateless(String name) {
        return McpStatelessServerFeatures.SyncToolSpecification.builder()
                .tool(StdioServerOfSdk.tool(name).tool())
                .callHandler((context, request) -> CallToolResult.builder()
                        .addTextContent(StdioServerOfSdk.call(name, request.arguments()))
                        .isError(false)
                        .build())
                .build();
    }
}
