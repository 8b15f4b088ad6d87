package com.example.frameworks.semantickernel;

import com.azure.ai.openai.OpenAIClientBuilder;
import com.azure.core.credential.KeyCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.example.frameworks.Orders;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.semantickernel.Kernel;
import com.microsoft.semantickernel.aiservices.openai.chatcompletion.OpenAIChatCompletion;
import com.microsoft.semantickernel.orchestration.InvocationContext;
import com.microsoft.semantickernel.orchestration.ToolCallBehavior;
import com.microsoft.semantickernel.plugin.KernelPluginFactory;
import com.microsoft.semantickernel.services.chatcompletion.ChatHistory;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A chat whose loop calls the functions that the model asks for. */
public final class Chat {

    private Chat() {}

    /** Plays the service in place of a connection to it: asks for one function after the other, and tells what it is answered. */
    private static final class ScriptedService implements HttpClient {

        private static final List<String> FUNCTIONS = List.of("readOrder", "deleteOrder", "phone", "readOrder");

        private final JsonMapper mapper = new JsonMapper();
        private int next;

        @Override
        public Mono<HttpResponse> send(HttpRequest request) {
            return Mono.fromCallable(() -> {
                tell(mapper.readTree(request.getBodyAsBinaryData().toBytes()).path("messages"));
                return new Answer(request, next < FUNCTIONS.size() ? call(next++) : message());
            });
        }

        private void tell(JsonNode messages) {
            JsonNode last = messages.path(messages.size() - 1);
            if (last.path("role").asText().equals("tool")) {
                Orders.seen(FUNCTIONS.get(next - 1), last.path("content").asText());
            }
        }

        private static String call(int call) {
            return completion(
                    "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call-" + call
                            + "\",\"type\":\"function\",\"function\":{\"name\":\"orders-" + FUNCTIONS.get(call)
                            + "\",\"arguments\":\"{\\\"order\\\":\\\"7\\\"}\"}}]",
                    "tool_calls");
        }

        private static String message() {
            return completion("\"role\":\"assistant\",\"content\":\"done\"", "stop");
        }

        private static String completion(String message, String reason) {
            return "{\"id\":\"m\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"scripted\",\"choices\":["
                    + "{\"index\":0,\"finish_reason\":\"" + reason + "\",\"message\":{" + message
                    + "}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
        }
    }

    private static final class Answer extends HttpResponse {

        private final byte[] body;
        private final HttpHeaders headers = new HttpHeaders().set(HttpHeaderName.CONTENT_TYPE, "application/json");

        Answer(HttpRequest request, String body) {
            super(request);
            this.body = body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.just(ByteBuffer.wrap(body));
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.just(body);
        }

        @Override
        public Mono<String> getBodyAsString() {
            return getBodyAsString(StandardCharsets.UTF_8);
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.just(new String(body, charset));
        }
    }

    public static void main(String[] args) {
        try {
            converse();
        } catch (RuntimeException e) {
            Orders.seen("the chat", "failed: " + e);
            throw e;
        }
    }

    private static void converse() {
        Kernel kernel = Kernel.builder()
                .withPlugin(KernelPluginFactory.createFromObject(new SemanticKernel.Plugin(), "orders"))
                .build();
        OpenAIChatCompletion chat = OpenAIChatCompletion.builder()
                .withOpenAIAsyncClient(new OpenAIClientBuilder()
                        .endpoint("https://scripted.example")
                        .credential(new KeyCredential("none"))
                        .httpClient(new ScriptedService())
                        .buildAsyncClient())
                .withModelId("scripted")
                .build();
        ChatHistory history = new ChatHistory();
        history.addUserMessage("deal with orders");
        InvocationContext tools = InvocationContext.builder()
                .withToolCallBehavior(ToolCallBehavior.allowAllKernelFunctions(true))
                .build();
        chat.getChatMessageContentsAsync(history, kernel, tools).block();
    }
}
