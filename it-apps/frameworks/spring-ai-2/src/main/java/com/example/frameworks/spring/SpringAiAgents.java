package com.example.frameworks.spring;

import com.example.frameworks.Orders;
import java.util.List;
import java.util.Map;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;

/** Names the agent whose tools are called in the context of the tools. */
public final class SpringAiAgents {

    private SpringAiAgents() {}

    /** A tool by annotation. */
    static final class Refunds {

        @Tool
        public String refundOrder(String order) {
            return Orders.read(order);
        }
    }

    public static void main(String[] args) {
        converse();
    }

    static void converse() {
        call("nobody named", Map.of());
        call("refund", Map.of("sallyport.agent", "refund"));
        call("fraud", Map.of("sallyport.agent", "fraud"));
        call("unknown", Map.of("sallyport.agent", "unknown"));
        call("nobody again", Map.of("tenant", "x"));
    }

    private static void call(String agent, Map<String, Object> context) {
        ToolCallback[] tools = ToolCallbacks.from(new Refunds());
        AssistantMessage wants = AssistantMessage.builder()
                .content("")
                .toolCalls(List.of(
                        new AssistantMessage.ToolCall("call-1", "function", "refundOrder", "{\"order\":\"7\"}")))
                .build();
        var options = ToolCallingChatOptions.builder()
                .toolCallbacks(tools)
                .toolContext(context)
                .build();
        var result = ToolCallingManager.builder()
                .build()
                .executeToolCalls(
                        new Prompt(new UserMessage("go"), options), new ChatResponse(List.of(new Generation(wants))));
        var conversation = result.conversationHistory();
        ToolResponseMessage seen = (ToolResponseMessage) conversation.get(conversation.size() - 1);
        Orders.seen(agent, seen.getResponses().get(0).responseData());
    }
}
