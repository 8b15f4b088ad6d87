package com.shop;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.IOException;
import net.sf.ehcache.Ehcache;
import net.sf.ehcache.Element;

/** What the refund agent can do. */
final class RefundTools {

    private final Orders orders;
    private final Payments payments;
    private final Ehcache refunded;

    /** @param refunded the orders refunded lately, so that none is refunded twice */
    RefundTools(Orders orders, Payments payments, Ehcache refunded) {
        this.orders = orders;
        this.payments = payments;
        this.refunded = refunded;
    }

    @Tool("Pays an order back.")
    String issueRefund(
            @P("the order's number") String orderId,
            @P("the amount in minor units, 0 for all that the order cost") long amountMinor)
            throws IOException, InterruptedException {
        if (refunded.get(orderId) != null) {
            return "order " + orderId + " has been refunded already";
        }
        long amount = amountMinor == 0 ? orders.total(orderId) : amountMinor;
        String answer = payments.refund(orderId, amount);
        refunded.put(new Element(orderId, amount));
        return "refunded " + amount + ": " + answer;
    }
}
