package com.example.frameworks.mcp;

import com.example.frameworks.Orders;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Map;

/** A server made with the SDK, on standard input and output. */
@SuppressWarnings("deprecation") // what 1.0 and 2.1 have in common
public final class StdioServerOfSdk {

    private StdioServerOfSdk() {}

    public static void main(String[] args) {
        McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
                .serverInfo("orders", "1")
                .tools(tool("readOrder"), tool("deleteOrder"))
                .build();
    }

    static McpServerFeatures.SyncToolSpecification tool(String name) {
        Tool tool = Tool.builder()
                .name(name)
                .description(name)
                .inputSchema(McpJsonDefaults.getMapper(), "{\"type\":\"object\"}")
                .build();
        return McpServerFeatures.SyncToolSpecification.builder()
                .tool(tool)
                .callHandler((exchange, request) -> CallToolResult.builder()
                        .addTextContent(call(name, request.arguments()))
                        .isError(false)
                        .build())
                .build();
    }

    static String call(String name, Map<String, Object> arguments) {
        String order = String.valueOf(arguments.get("order"));
        return name.equals("readOrder") ? Orders.read(order) : Orders.delete(order);
    }
}
