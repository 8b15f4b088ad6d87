package com.example.frameworks.mcp;

import com.example.frameworks.Orders;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Calls the tools of a server. */
@SuppressWarnings("deprecation") // what 1.0 and 2.1 have in common
final class McpCalls {

    private McpCalls() {}

    /** Calls one after the other, and subscribes twice to what was asked for once. */
    static void converse(McpClientTransport transport) {
        McpAsyncClient client = McpClient.async(transport)
                .requestTimeout(Duration.ofSeconds(60))
                .initializationTimeout(Duration.ofSeconds(60))
                .build();
        client.initialize().block();
        Mono<CallToolResult> read = call(client, "readOrder");
        Orders.seen("readOrder", text(read.block()));
        Orders.seen("deleteOrder", text(call(client, "deleteOrder").block()));
        Orders.seen("again", text(read.block()));
        client.closeGracefully().block();
    }

    private static Mono<CallToolResult> call(McpAsyncClient client, String tool) {
        return client.callTool(new CallToolRequest(tool, Map.of("order", "7")));
    }

    static String text(CallToolResult result) {
        String text = ((TextContent) result.content().get(0)).text();
        return Boolean.TRUE.equals(result.isError()) ? text + " (error)" : text;
    }
}
