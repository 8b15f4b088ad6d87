package com.shop;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes a customer's wish and hands the work to the other agents. */
final class Orchestrator {

    private static final long TASK_SECONDS = 30;

    private interface Assistant {
        @SystemMessage("You are the orchestrator agent of a shop's refund desk. Delegate to fraud-check and refund.")
        String chat(String wish);
    }

    private final Assistant assistant;
    private final Orders orders;
    private final FraudCheckAgent fraudCheck;
    private final RefundAgent refund;
    private final ExecutorService workers;

    /** @param workers the threads on which delegated tasks run, so that one that hangs can be given up */
    Orchestrator(
            ChatModel model, Orders orders, FraudCheckAgent fraudCheck, RefundAgent refund, ExecutorService workers) {
        this.orders = orders;
        this.fraudCheck = fraudCheck;
        this.refund = refund;
        this.workers = workers;
        assistant =
                AiServices.builder(Assistant.class).chatModel(model).tools(this).build();
    }

    /** Handles the wish of a customer about an order and returns the answer. */
    String handle(String order, String wish) throws IOException, InterruptedException {
        return assistant.chat(wish + "\nThe order: " + orders.read(order));
    }

    @Tool("Hands a task to another agent and returns its answer.")
    String delegate(@P("refund or fraud-check") String agent, @P("the task") String task)
            throws ExecutionException, InterruptedException, TimeoutException {
        return workers.submit(() -> agent.equals("refund") ? refund.handle(task) : fraudCheck.handle(task))
                .get(TASK_SECONDS, TimeUnit.SECONDS);
    }
}
