package com.shop;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;

/** Tells how risky a refund is. */
final class FraudCheckAgent {

    private interface Assistant {
        @SystemMessage("You are the fraud-check agent of a shop. Say how risky it is to refund an order.")
        String chat(String task);
    }

    private final Assistant assistant;

    FraudCheckAgent(ChatModel model, FraudTools tools) {
        assistant = AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(tools)
                .build();
    }

    /** Works on a task and returns what the model has to say. */
    String handle(String task) {
        return assistant.chat(task);
    }
}
