package com.example.frameworks.mcp;

import com.example.frameworks.Orders;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Map;

/** A server made with the SDK, on standard input and output. */
public final class StdioServerOfSdk {

    private StdioServerOfSdk() {}

    public static void main(String[] args) {
        McpServer.sync(new StdioServerTransportProvider())
                .serverInfo("orders", "1")
                .tools(tool("readOrder"), tool("deleteOrder"))
                .build();
    }

    static McpServerFeatures.SyncToolSpecification tool(String name) {
        return new McpServerFeatures.SyncToolSpecification(
                new Tool(name, name, "{\"type\":\"object\"}"),
                (exchange, arguments) -> new CallToolResult(call(name, arguments), false));
    }

    static String call(String name, Map<String, Object> arguments) {
        String order = String.valueOf(arguments.get("order"));
        return name.equals("readOrder") ? Orders.read(order) : Orders.delete(order);
    }
}
