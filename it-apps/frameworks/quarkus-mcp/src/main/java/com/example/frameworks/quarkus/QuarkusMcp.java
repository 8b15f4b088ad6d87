package com.example.frameworks.quarkus;

import com.example.frameworks.Orders;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkiverse.mcp.server.runtime.ToolCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;

/** Calls the tools of a server as its clients do. */
public final class QuarkusMcp {

    private QuarkusMcp() {}

    /** A tool's body. */
    private interface Work {

        String apply(String order) throws IOException;
    }

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        ToolCalls calls = new ToolCalls(vertx);
        ToolManager tools = calls.tools();
        tool(tools, "readOrder", Orders::read);
        tool(tools, "deleteOrder", Orders::delete);
        tool(tools, "phone", Orders::phone);
        tools.newTool("deleteLater")
                .setDescription("deletes")
                .setAsyncHandler(arguments -> Uni.createFrom().item(() -> ToolResponse.success(Orders.delete("7"))))
                .register();
        converse(calls);
        System.exit(0);
    }

    private static void converse(ToolCalls calls) throws Exception {
        for (String tool : new String[] {"readOrder", "deleteOrder", "deleteLater", "phone", "readOrder"}) {
            Orders.seen(tool, ToolCalls.text(calls.call(tool).get()));
        }
    }

    private static void tool(ToolManager tools, String name, Work work) {
        tools.newTool(name)
                .setDescription(name)
                .addArgument("order", "which", true, String.class)
                .setHandler(arguments -> {
                    try {
                        return ToolResponse.success(
                                work.apply(String.valueOf(arguments.args().get("order"))));
                    } catch (IOException e) {
                        throw new ToolCallException("failed: " + e);
                    }
                })
                .register();
    }
}
