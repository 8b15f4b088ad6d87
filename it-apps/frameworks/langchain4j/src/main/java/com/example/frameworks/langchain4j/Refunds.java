package com.example.frameworks.langchain4j;

import com.example.frameworks.Orders;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServices;
import dev.sallyport.GuardedTool;
import dev.sallyport.TaskDeniedException;
import dev.sallyport.TaskScope;
import dev.sallyport.ToolDeniedException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Refunds that depend on what a tool is called with, in which task, and after what. Each that goes through phones. */
public final class Refunds {

    private static final Tools TOOLS = new Tools();

    private Refunds() {}

    /** The assistant. */
    interface Assistant {

        String chat(String message);
    }

    /** Tools. */
    public static final class Tools {

        @Tool
        public String issueRefund(
                @P(name = "orderId", value = "the order") String orderId,
                @P(name = "amountMinor", value = "how much") long amountMinor)
                throws IOException {
            return Orders.phone(orderId);
        }

        @Tool
        public String scoreOrder(@P(name = "orderId", value = "the order") String orderId) {
            if (orderId.equals("broken")) {
                throw new IllegalStateException("no score");
            }
            return "scored " + orderId;
        }

        @Tool
        public String quickRefund(@P(name = "orderId", value = "the order") String orderId) {
            return "refunded " + orderId;
        }

        @GuardedTool
        String grantCredit(String orderId, int amountMinor) throws IOException {
            return Orders.phone(orderId);
        }

        @GuardedTool
        String checkCredit(String orderId) {
            if (orderId.equals("broken")) {
                throw new IllegalStateException("no check");
            }
            return "checked";
        }
    }

    public static void main(String[] args) throws Exception {
        converse();
        annotated();
    }

    @SuppressWarnings("try") // a task is there to be closed
    static void converse() throws Exception {
        refund("no task", "o-1", "100");
        try (TaskScope task = TaskScope.start("process-refund", Map.of("orderId", "o-1"))) {
            Orders.seen("unjustified", "started " + task);
        } catch (TaskDeniedException e) {
            Orders.seen("unjustified", e.getMessage());
        }
        try (TaskScope task = TaskScope.start("process-refund", Map.of("orderId", "o-1"), "the customer asked")) {
            refund("unscored", "o-1", "100");
            ask("scoreOrder", "{\"orderId\":\"broken\"}");
            refund("score failed", "o-1", "100");
            ask("scoreOrder", "{\"orderId\":\"o-1\"}");
            refund("too much", "o-1", "70000");
            refund("text", "o-1", "\"100\"");
            refund("twice", "o-1", "100,\"amountMinor\":70000");
            refund("of no kind", "order 1", "100");
            refund("other order", "o-2", "100");
            refund("right", "o-1", "100");
            ExecutorService pool = Executors.newSingleThreadExecutor();
            try {
                Future<?> other = pool.submit(() -> refund("right, on another thread", "o-1", "100"));
                other.get();
            } finally {
                pool.shutdown();
            }
            try (TaskScope quick = TaskScope.start("quick", Map.of())) {
                String seen = ask("quickRefund", "{\"orderId\":\"o-1\"}");
                Orders.seen("in time", seen);
                long end = System.nanoTime() + 60_000_000_000L;
                while (seen.startsWith("refunded") && System.nanoTime() < end) {
                    Thread.sleep(20);
                    seen = ask("quickRefund", "{\"orderId\":\"o-1\"}");
                }
                Orders.seen("over time", seen);
            }
        }
        refund("task is over", "o-1", "100");
    }

    /** The same for methods that are tools by annotation. */
    static void annotated() {
        credit("unchecked", "o-1", 100);
        check("broken");
        credit("check failed", "o-1", 100);
        check("o-1");
        credit("too much credit", "o-1", 70_000);
        credit("credit of another", "o-2", 100);
        credit("right credit", "o-1", 100);
    }

    private static void check(String order) {
        try {
            TOOLS.checkCredit(order);
        } catch (IllegalStateException e) {
            Orders.seen("check", e.getMessage());
        }
    }

    private static void credit(String what, String order, int amount) {
        try {
            Orders.seen(what, TOOLS.grantCredit(order, amount));
        } catch (ToolDeniedException | IOException e) {
            Orders.seen(what, e.getMessage());
        }
    }

    private static void refund(String what, String order, String amount) {
        Orders.seen(what, ask("issueRefund", "{\"orderId\":\"" + order + "\",\"amountMinor\":" + amount + '}'));
    }

    private static String ask(String tool, String arguments) {
        ScriptedModel model = new ScriptedModel(tool, null, arguments);
        AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(TOOLS)
                .build()
                .chat("go");
        return model.seen();
    }
}
