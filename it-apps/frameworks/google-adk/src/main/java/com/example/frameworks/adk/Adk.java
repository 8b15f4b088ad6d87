package com.example.frameworks.adk;

import com.example.frameworks.Orders;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.SequentialAgent;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.Part;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An orchestrator that runs agents whose models ask for one tool after the other. */
public final class Adk {

    private Adk() {}

    /** Tools by annotation. */
    public static final class Tools {

        private Tools() {}

        public static Map<String, Object> readOrder(@Schema(name = "order") String order) {
            return Map.of("result", Orders.read(order));
        }

        public static Map<String, Object> deleteOrder(@Schema(name = "order") String order) {
            return Map.of("result", Orders.delete(order));
        }

        public static Map<String, Object> phone(@Schema(name = "order") String order) throws IOException {
            return Map.of("result", Orders.phone(order));
        }
    }

    /** A tool of the program's own class. */
    static final class Own extends BaseTool {

        Own() {
            super("deleteOwn", "deletes");
        }

        @Override
        public Optional<FunctionDeclaration> declaration() {
            return Optional.of(FunctionDeclaration.builder()
                    .name("deleteOwn")
                    .description("deletes")
                    .build());
        }

        @Override
        public Single<Map<String, Object>> runAsync(Map<String, Object> arguments, ToolContext context) {
            return Single.fromCallable(() -> Map.of("result", Orders.delete("7")));
        }
    }

    /** A model that asks for one tool after the other, and tells what it was answered. */
    static final class ScriptedModel extends BaseLlm {

        private final String name;
        private final List<String> tools;
        private int next;

        ScriptedModel(String name, List<String> tools) {
            super("scripted");
            this.name = name;
            this.tools = tools;
        }

        @Override
        public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
            List<Content> contents = request.contents();
            contents.get(contents.size() - 1).parts().ifPresent(parts -> {
                for (Part part : parts) {
                    part.functionResponse().ifPresent(this::tell);
                }
            });
            Part part = next < tools.size()
                    ? Part.builder()
                            .functionCall(FunctionCall.builder()
                                    .id("call-" + next)
                                    .name(tools.get(next++))
                                    .args(Map.of("order", "7"))
                                    .build())
                            .build()
                    : Part.fromText("done");
            return Flowable.just(LlmResponse.builder()
                    .content(Content.builder().role("model").parts(part).build())
                    .build());
        }

        private void tell(FunctionResponse response) {
            Orders.seen(
                    name + " " + response.name().orElse("?"),
                    response.response().map(Object::toString).orElse("?"));
        }

        @Override
        public BaseLlmConnection connect(LlmRequest request) {
            throw new UnsupportedOperationException();
        }
    }

    public static void main(String[] args) {
        run(clerk("refund", List.of("readOrder", "deleteOrder", "deleteOwn")));
        run(clerk("stranger", List.of("readOrder")));
        run(SequentialAgent.builder()
                .name("orchestrator")
                .subAgents(clerk("refund", List.of("readOrder", "phone")))
                .build());
        run(SequentialAgent.builder()
                .name("orchestrator")
                .subAgents(clerk("fraud", List.of("readOrder")))
                .build());
    }

    private static void run(com.google.adk.agents.BaseAgent agent) {
        InMemoryRunner runner = new InMemoryRunner(agent);
        var session =
                runner.sessionService().createSession(runner.appName(), "user").blockingGet();
        try {
            runner.runAsync("user", session.id(), Content.fromParts(Part.fromText("go")))
                    .blockingForEach(event -> {});
        } catch (RuntimeException e) {
            Orders.seen(agent.name(), "failed: " + innermost(e).getMessage());
        }
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static LlmAgent clerk(String name, List<String> tools) {
        return LlmAgent.builder()
                .name(name)
                .model(new ScriptedModel(name, tools))
                .instruction("deal with orders")
                .tools(
                        FunctionTool.create(Tools.class, "readOrder"),
                        FunctionTool.create(Tools.class, "deleteOrder"),
                        FunctionTool.create(Tools.class, "phone"),
                        new Own())
                .build();
    }
}
