package com.example.frameworks.langchain4j;

import com.example.frameworks.Orders;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;

/** A model that asks for one tool and then is done. */
final class ScriptedModel implements ChatModel {

    private final String tool;
    private final String name;
    private final String arguments;
    private volatile String seen = "nothing";

    ScriptedModel(String tool) {
        this(tool, null);
    }

    /** A model that tells too what it was told, as an agent of that name. */
    ScriptedModel(String tool, String name) {
        this(tool, name, "{\"order\":\"7\"}");
    }

    /** A model that asks with other arguments, as JSON. */
    ScriptedModel(String tool, String name, String arguments) {
        this.tool = tool;
        this.name = name;
        this.arguments = arguments;
    }

    /** Returns what it was told of the tool. */
    String seen() {
        return seen;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        if (request.messages().get(request.messages().size() - 1) instanceof ToolExecutionResultMessage result) {
            seen = result.text();
            if (name != null) {
                Orders.seen(name, seen);
            }
            return answer(AiMessage.from(seen));
        }
        return answer(AiMessage.from(ToolExecutionRequest.builder()
                .id("call-1")
                .name(tool)
                .arguments(arguments)
                .build()));
    }

    private static ChatResponse answer(AiMessage message) {
        return ChatResponse.builder().aiMessage(message).build();
    }
}
