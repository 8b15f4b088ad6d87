package com.example.frameworks.koog;

import ai.koog.agents.core.agent.AIAgent;
import ai.koog.agents.core.tools.ToolRegistry;
import ai.koog.agents.core.tools.annotations.LLMDescription;
import ai.koog.agents.core.tools.annotations.Tool;
import ai.koog.agents.core.tools.reflect.ToolSet;
import ai.koog.prompt.Prompt;
import ai.koog.prompt.executor.clients.LLMClient;
import ai.koog.prompt.executor.llms.MultiLLMPromptExecutor;
import ai.koog.prompt.llm.LLMCapability;
import ai.koog.prompt.llm.LLMProvider;
import ai.koog.prompt.llm.LLModel;
import ai.koog.prompt.message.Message;
import ai.koog.prompt.message.MessagePart;
import ai.koog.prompt.message.ResponseMetaInfo;
import com.example.frameworks.Orders;
import java.io.IOException;
import java.util.List;
import kotlin.coroutines.Continuation;

/** Agents whose models ask for one tool after the other. */
public final class Koog {

    private Koog() {}

    /** Tools by annotation. */
    public static final class Tools implements ToolSet {

        @Tool
        @LLMDescription("reads")
        public String readOrder(@LLMDescription("which") String order) {
            return Orders.read(order);
        }

        @Tool
        @LLMDescription("deletes")
        public String deleteOrder(@LLMDescription("which") String order) {
            return Orders.delete(order);
        }

        @Tool
        @LLMDescription("phones")
        public String phone(@LLMDescription("which") String order) throws IOException {
            return Orders.phone(order);
        }
    }

    /** A model that asks for one tool after the other, and tells what it was answered. */
    static final class ScriptedModel extends LLMClient {

        private final String name;
        private final List<String> tools;
        private int next;

        ScriptedModel(String name, List<String> tools) {
            this.name = name;
            this.tools = tools;
        }

        // Kotlin hides the method that this is the body of.
        @SuppressWarnings("rawtypes")
        public Object execute(Prompt prompt, LLModel model, List descriptors, Continuation continuation) {
            List<Message> messages = prompt.getMessages();
            for (MessagePart part : messages.get(messages.size() - 1).getParts()) {
                if (part instanceof MessagePart.Tool.Result result) {
                    Orders.seen(name + " " + result.getTool(), result.getOutput());
                }
            }
            return next < tools.size()
                    ? new Message.Assistant(
                            new MessagePart.Tool.Call("call-" + next, tools.get(next++), "{\"order\":\"7\"}"),
                            ResponseMetaInfo.Companion.getEmpty())
                    : new Message.Assistant("done", ResponseMetaInfo.Companion.getEmpty());
        }

        // Kotlin hides the method that this is the body of.
        @SuppressWarnings("rawtypes")
        public Object moderate(Prompt prompt, LLModel model, Continuation continuation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LLMProvider llmProvider() {
            return LLMProvider.OpenAI.INSTANCE;
        }

        @Override
        public void close() {}
    }

    public static void main(String[] args) {
        converse();
        System.exit(0);
    }

    private static void converse() {
        run("refund", List.of("readOrder", "deleteOrder", "phone", "readOrder"));
        run("stranger", List.of("readOrder"));
        try {
            run("fraud", List.of("readOrder"));
        } catch (RuntimeException e) {
            Orders.seen("fraud", "failed: " + e.getMessage());
        }
    }

    private static void run(String name, List<String> tools) {
        AIAgent<String, String> agent = AIAgent.builder()
                .id(name)
                .promptExecutor(new MultiLLMPromptExecutor(new ScriptedModel(name, tools)))
                .llmModel(new LLModel(
                        LLMProvider.OpenAI.INSTANCE, "scripted", List.of(LLMCapability.Tools.INSTANCE), 1000L))
                .systemPrompt("deal with orders")
                .toolRegistry(ToolRegistry.builder().tools(new Tools()).build())
                .build();
        agent.run("go");
    }
}
