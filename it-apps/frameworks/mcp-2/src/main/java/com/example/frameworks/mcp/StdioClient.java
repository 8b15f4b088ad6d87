package com.example.frameworks.mcp;

import com.example.frameworks.StdioServer;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import java.util.Arrays;

/** A client whose server is a process of its own. The arguments, if any, are the server's command. */
public final class StdioClient {

    private StdioClient() {}

    public static void main(String[] args) {
        String[] command = args.length > 0 ? args : StdioServer.command();
        converse(transport(command));
    }

    static void converse(StdioClientTransport transport) {
        McpCalls.converse(transport);
    }

    private static StdioClientTransport transport(String[] command) {
        ServerParameters server = ServerParameters.builder(command[0])
                .args(Arrays.asList(command).subList(1, command.length))
                .build();
        return new StdioClientTransport(server, McpJsonDefaults.getMapper());
    }
}
