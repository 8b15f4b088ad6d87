package com.shop;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;

/** What an administrator can do; handed to the refund agent by mistake. */
final class AdminTools {

    private final Orders orders;

    AdminTools(Orders orders) {
        this.orders = orders;
    }

    @Tool("Exports all orders to the partner.")
    String bulkExportOrders(@P("why") String reason) throws IOException, InterruptedException {
        return "exported: " + orders.exportAll();
    }
}
