package com.example.frameworks.spring;

import com.example.frameworks.Orders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
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
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** A conversation of Spring AI with a model that asks for one tool after the other. */
public final class SpringAi {

    private SpringAi() {}

    /** Tools by annotation. */
    public static final class Annotated {

        @Tool
        public String readOrder(String order) {
            return Orders.read(order);
        }

        @Tool
        public String deleteOrder(String order) {
            return Orders.delete(order);
        }

        @Tool
        public String phone(String order) throws IOException {
            return Orders.phone(order);
        }
    }

    /** A tool of the program's own class. */
    static class Own implements ToolCallback {

        private final String name;

        Own(String name) {
            this.name = name;
        }

        @Override
        public ToolDefinition getToolDefinition() {
            return ToolDefinition.builder()
                    .name(name)
                    .description(name)
                    .inputSchema("{}")
                    .build();
        }

        @Override
        public String call(String arguments) {
            return Orders.delete(arguments);
        }
    }

    /** One below it, which only says that it extends that. */
    static final class Below extends Own {

        Below() {
            super("deleteBelow");
        }

        @Override
        public String call(String arguments) {
            return Orders.delete("below");
        }
    }

    /** What a function tool takes. */
    public record Order(String order) {}

    public static void main(String[] args) {
        converse();
    }

    static void converse() {
        List<ToolCallback> tools = new ArrayList<>(List.of(ToolCallbacks.from(new Annotated())));
        tools.sort(Comparator.comparing(tool -> tool.getToolDefinition().name()));
        tools.add(FunctionToolCallback.builder("deleteByFunction", (Order order) -> Orders.delete(order.order()))
                .description("deletes")
                .inputType(Order.class)
                .build());
        tools.add(new Own("deleteOwn"));
        tools.add(new Below());
        ToolCallingManager manager = ToolCallingManager.builder().build();
        List<Message> conversation = new ArrayList<>(List.of(new UserMessage("go")));
        for (ToolCallback each : tools) {
            String name = each.getToolDefinition().name();
            AssistantMessage wants = AssistantMessage.builder()
                    .content("")
                    .toolCalls(List.of(new AssistantMessage.ToolCall("call-1", "function", name, "{\"order\":\"7\"}")))
                    .build();
            var options = ToolCallingChatOptions.builder().toolCallbacks(tools).build();
            var result = manager.executeToolCalls(
                    new Prompt(conversation, options), new ChatResponse(List.of(new Generation(wants))));
            conversation = new ArrayList<>(result.conversationHistory());
            ToolResponseMessage seen = (ToolResponseMessage) conversation.get(conversation.size() - 1);
            Orders.seen(name, seen.getResponses().get(0).responseData());
        }
        Orders.seen("directly", new Own("deleteOwn").call("{}"));
    }
}
