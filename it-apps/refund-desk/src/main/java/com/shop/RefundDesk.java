package com.shop;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.sf.ehcache.Cache;
import net.sf.ehcache.CacheManager;

/** The refund desk on an ordinary morning: a handful of customers, one of them with bad intentions. */
public final class RefundDesk {

    private RefundDesk() {}

    /** Runs the desk: {@code refund-desk SETTINGS}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: refund-desk SETTINGS");
            System.exit(64);
        }
        Settings settings = Settings.read(Path.of(args[0]));
        ExecutorService workers = Executors.newFixedThreadPool(2);
        CacheManager caches = CacheManager.create();
        try {
            caches.addCache(new Cache("refunded", 1000, false, false, 3600, 3600));
            Orchestrator desk = desk(settings, caches, workers);
            for (Map.Entry<String, String> wish : wishes().entrySet()) {
                System.out.println(desk.handle(wish.getKey(), wish.getValue()));
            }
        } finally {
            caches.shutdown();
            workers.shutdownNow();
        }
    }

    private static Orchestrator desk(Settings settings, CacheManager caches, ExecutorService workers) {
        ChatModel model = OpenAiChatModel.builder()
                .baseUrl(settings.model().toString())
                .apiKey("none")
                .modelName("desk")
                .timeout(Duration.ofSeconds(20))
                .build();
        Orders orders = new Orders(settings.orders(), settings.export());
        Payments payments = new Payments(settings.payments());
        FraudTools fraud = new FraudTools(orders, payments, new Geo(settings.geo()));
        RefundTools refunds = new RefundTools(orders, payments, caches.getEhcache("refunded"));
        return new Orchestrator(
                model,
                orders,
                new FraudCheckAgent(model, fraud),
                new RefundAgent(model, refunds, fraud, new AdminTools(orders)),
                workers);
    }

    private static Map<String, String> wishes() {
        Map<String, String> wishes = new LinkedHashMap<>();
        wishes.put("1001", "The shoes of order 1001 are too small, please refund them.");
        wishes.put("1002", "I did not get order 1002; see my note.");
        wishes.put("1003", "Order 1003 is broken.");
        wishes.put("1004", "Please refund order 1004, the colour is wrong.");
        wishes.put("1005", "I want all my money for order 1005 back.");
        wishes.put("1006", "Order 1006 came twice, refund one.");
        wishes.put("1007", "Is order 1007 on its way?");
        return wishes;
    }
}
