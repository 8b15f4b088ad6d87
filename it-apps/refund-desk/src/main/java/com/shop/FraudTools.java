package com.shop;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;

/** What the fraud check can do. */
final class FraudTools {

    private final Orders orders;
    private final Payments payments;
    private final Geo geo;

    FraudTools(Orders orders, Payments payments, Geo geo) {
        this.orders = orders;
        this.payments = payments;
        this.geo = geo;
    }

    @Tool("Reads an order.")
    String readOrder(@P("the order's number, or a link to it") String order) throws IOException, InterruptedException {
        return orders.read(order);
    }

    @Tool("Scores the risk of refunding an order, from 0 to 100.")
    String scoreOrder(
            @P("the order's number") String orderId,
            @P("what to look at besides the order: none, refunds or place") String evidence)
            throws IOException, InterruptedException {
        return switch (evidence) {
            case "refunds" -> "risk 20, earlier refunds " + payments.refunds(orderId);
            case "place" -> "risk 15, ordered from " + geo.place(orderId);
            default -> "risk 12";
        };
    }
}
