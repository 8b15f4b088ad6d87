package com.example.frameworks.langchain4j;

import com.example.frameworks.Orders;
import com.example.frameworks.StdioServer;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.service.AiServices;
import java.util.List;

/** A conversation in which the tools are those of another process, and calls without a conversation. */
public final class Mcp {

    private Mcp() {}

    /** The assistant. */
    interface Assistant {

        String chat(String message);
    }

    public static void main(String[] args) throws Exception {
        converse();
    }

    @SuppressWarnings("try") // its close() may be interrupted
    static void converse() throws Exception {
        try (McpClient client = DefaultMcpClient.builder()
                .transport(StdioMcpTransport.builder()
                        .command(List.of(StdioServer.command()))
                        .build())
                .build()) {
            for (String tool : List.of("readOrder", "deleteOrder")) {
                ScriptedModel model = new ScriptedModel(tool);
                AiServices.builder(Assistant.class)
                        .chatModel(model)
                        .toolProvider(
                                McpToolProvider.builder().mcpClients(client).build())
                        .build()
                        .chat("go");
                Orders.seen(tool, model.seen());
                var result = client.executeTool(ToolExecutionRequest.builder()
                        .name(tool)
                        .arguments("{\"order\":\"7\"}")
                        .build());
                Orders.seen("directly " + tool, result.resultText() + (result.isError() ? " (error)" : ""));
            }
        }
    }
}
