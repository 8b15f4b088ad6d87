package com.example.frameworks.adk;

import com.example.frameworks.Orders;
import com.google.adk.agents.LiveRequestQueue;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.Part;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.processors.ReplayProcessor;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A live conversation: tools that answer with a stream, whose elements the model is told of as they come. */
public final class AdkLive {

    private AdkLive() {}

    /** Tools that answer with streams. */
    public static final class Tools {

        private Tools() {}

        public static Flowable<Map<String, Object>> readOrder(@Schema(name = "order") String order) {
            return Flowable.just(Map.of("result", Orders.read(order)), Map.of("result", Orders.read("8")));
        }

        public static Flowable<Map<String, Object>> deleteOrder(@Schema(name = "order") String order) {
            return Flowable.fromCallable(() -> Map.of("result", Orders.delete(order)));
        }

        public static Flowable<Map<String, Object>> deleteAtOnce(@Schema(name = "order") String order) {
            return Flowable.just(Map.of("result", Orders.delete(order)));
        }
    }

    /** A model that asks for the next tool when it was told of the last one's last element. */
    private static final class ScriptedModel extends BaseLlm implements BaseLlmConnection {

        private final Iterator<String> tools =
                List.of("readOrder", "deleteOrder", "deleteAtOnce").iterator();
        private final FlowableProcessor<LlmResponse> says =
                ReplayProcessor.<LlmResponse>create().toSerialized();

        ScriptedModel() {
            super("scripted");
        }

        private void ask() {
            if (!tools.hasNext()) {
                says.onComplete();
                return;
            }
            String tool = tools.next();
            Part part = Part.builder()
                    .functionCall(FunctionCall.builder()
                            .id("call-" + tool)
                            .name(tool)
                            .args(Map.of("order", "7"))
                            .build())
                    .build();
            says.onNext(LlmResponse.builder()
                    .content(Content.builder().role("model").parts(part).build())
                    .build());
        }

        @Override
        public Completable sendContent(Content content) {
            return Completable.fromAction(() -> {
                for (Part part : content.parts().orElse(List.of())) {
                    String text = part.text().orElse("");
                    if (text.startsWith("Function ")) {
                        Orders.seen("told", text);
                        if (!text.contains("readOrder returned: {result=order 7}")) {
                            ask();
                        }
                    }
                }
            });
        }

        @Override
        public Flowable<LlmResponse> receive() {
            return says;
        }

        @Override
        public BaseLlmConnection connect(LlmRequest request) {
            ask();
            return this;
        }

        @Override
        public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Completable sendHistory(List<Content> history) {
            return Completable.complete();
        }

        @Override
        public Completable sendRealtime(Blob blob) {
            return Completable.complete();
        }

        @Override
        public void close() {
            says.onComplete();
        }

        @Override
        public void close(Throwable throwable) {
            says.onError(throwable);
        }
    }

    public static void main(String[] args) {
        LlmAgent agent = LlmAgent.builder()
                .name("refund")
                .model(new ScriptedModel())
                .instruction("deal with orders")
                .tools(
                        FunctionTool.create(Tools.class, "readOrder"),
                        FunctionTool.create(Tools.class, "deleteOrder"),
                        FunctionTool.create(Tools.class, "deleteAtOnce"))
                .build();
        InMemoryRunner runner = new InMemoryRunner(agent);
        var session =
                runner.sessionService().createSession(runner.appName(), "user").blockingGet();
        LiveRequestQueue queue = new LiveRequestQueue();
        queue.content(Content.fromParts(Part.fromText("go")));
        runner.runLive(
                        session,
                        queue,
                        RunConfig.builder()
                                .streamingMode(RunConfig.StreamingMode.BIDI)
                                .build())
                .timeout(60, TimeUnit.SECONDS)
                .blockingForEach(event -> {});
        System.exit(0);
    }
}
