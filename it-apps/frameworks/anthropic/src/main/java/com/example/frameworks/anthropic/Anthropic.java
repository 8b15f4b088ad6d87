package com.example.frameworks.anthropic;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.helpers.BetaRunnableTool;
import com.anthropic.models.beta.messages.BetaMessage;
import com.anthropic.models.beta.messages.BetaTool;
import com.anthropic.models.beta.messages.BetaToolResultBlockParam;
import com.anthropic.models.beta.messages.MessageCreateParams;
import com.example.frameworks.Orders;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A conversation with a scripted model through the SDK's tool runner. */
public final class Anthropic {

    private Anthropic() {}

    /** Plays the service: asks for one tool after the other, and tells what it was answered. */
    private static final class ScriptedService implements HttpHandler {

        private static final List<String> TOOLS = List.of("readOrder", "deleteOrder", "phone");

        private final JsonMapper mapper = new JsonMapper();
        private int next;

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            tell(mapper.readTree(exchange.getRequestBody().readAllBytes()).path("messages"));
            boolean more = next < TOOLS.size();
            String content = more
                    ? "{\"type\":\"tool_use\",\"id\":\"call-" + next + "\",\"name\":\"" + TOOLS.get(next)
                            + "\",\"input\":{\"order\":\"7\"}}"
                    : "{\"type\":\"text\",\"text\":\"done\"}";
            next++;
            byte[] answer =
                    ("{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"scripted\",\"content\":["
                                    + content + "],\"stop_reason\":\"" + (more ? "tool_use" : "end_turn")
                                    + "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        }

        private void tell(JsonNode messages) {
            for (JsonNode block : messages.path(messages.size() - 1).path("content")) {
                if (block.path("type").asText().equals("tool_result")) {
                    JsonNode content = block.path("content");
                    Orders.seen(
                            TOOLS.get(next - 1),
                            content.isTextual()
                                    ? content.asText()
                                    : content.path(0).path("text").asText());
                }
            }
        }
    }

    /** A tool's body. */
    private interface Work {

        String apply(String order) throws IOException;
    }

    /** Takes a free port for the service. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        service.createContext("/", new ScriptedService());
        service.start();
        converse(port);
        System.exit(0);
    }

    private static void converse(int port) {
        AnthropicClient client = AnthropicOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + port)
                .apiKey("none")
                .build();
        MessageCreateParams params = MessageCreateParams.builder()
                .model("scripted")
                .maxTokens(100)
                .addUserMessage("deal with orders")
                .addTool(tool("readOrder", Orders::read))
                .addTool(tool("deleteOrder", Orders::delete))
                .addTool(tool("phone", Orders::phone))
                .build();
        for (BetaMessage message : client.beta().messages().toolRunner(params)) {
            message.id();
        }
    }

    private static BetaRunnableTool tool(String name, Work work) {
        BetaTool definition = BetaTool.builder()
                .name(name)
                .inputSchema(BetaTool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of("order", Map.of("type", "string"))))
                        .build())
                .build();
        return BetaRunnableTool.of(definition, input -> {
            try {
                return BetaToolResultBlockParam.Content.ofString(work.apply("7"));
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        });
    }
}
