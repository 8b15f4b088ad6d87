package com.shop;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;

/** Pays orders back. Its model is offered more tools than it should be. */
final class RefundAgent {

    private interface Assistant {
        @SystemMessage("You are the refund agent of a shop. Pay back what you are told to.")
        String chat(String task);
    }

    private final Assistant assistant;

    RefundAgent(ChatModel model, RefundTools refunds, FraudTools fraud, AdminTools admin) {
        assistant = AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(refunds, fraud, admin)
                .build();
    }

    /** Works on a task and returns what the model has to say. */
    String handle(String task) {
        return assistant.chat(task);
    }
}
