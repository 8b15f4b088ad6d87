package com.example.frameworks.openai;

import com.example.frameworks.Orders;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.beta.agents.AgentSessionEvent;
import com.openai.models.beta.agents.AgentSessionStreamParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** A session with a scripted agent that asks for tools of the program. */
public final class OpenAi {

    private OpenAi() {}

    /** Plays the service: streams a turn that asks for one tool after the other, and tells what it was answered. */
    private static final class ScriptedService implements HttpHandler {

        private static final List<String> TOOLS =
                List.of("readOrder", "deleteOrder", "phone", "deleteLater", "readOrder", "deleteOrder");

        private final JsonMapper mapper = new JsonMapper();

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            boolean events = exchange.getRequestURI().getPath().endsWith("/events");
            boolean stream = events && exchange.getRequestMethod().equals("GET");
            if (exchange.getRequestMethod().equals("POST")) {
                tell(mapper.readTree(exchange.getRequestBody().readAllBytes()).path("events"));
            }
            byte[] answer = (stream ? turn() : "{\"id\":\"s\",\"status\":\"idle\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", stream ? "text/event-stream" : "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        }

        private static String turn() {
            StringBuilder turn = new StringBuilder();
            turn.append(event("turn.created", 0, "\"turn\":{\"id\":\"t\",\"status\":\"in_progress\"}"));
            for (int i = 0; i < TOOLS.size(); i++) {
                // The last is an event again that was there before, under another id.
                int call = i == TOOLS.size() - 1 ? 1 : i;
                String item = "{\"type\":\"function_call\",\"id\":\"i" + call + "\",\"call_id\":\"call-" + call
                        + "\",\"turn_id\":\"t\",\"name\":\"" + TOOLS.get(i)
                        + "\",\"status\":\"in_progress\",\"arguments\":\"{\\\"order\\\":\\\"7\\\"}\"}";
                turn.append(event("turn.item.added", i + 1, "\"output_index\":0,\"item\":" + item));
            }
            turn.append(event("turn.completed", 98, "\"turn\":{\"id\":\"t\",\"status\":\"completed\"}"));
            turn.append(event("idle", 99, "\"session\":{\"id\":\"s\",\"status\":\"idle\"}"));
            return turn.toString();
        }

        private static String event(String type, int id, String more) {
            return "data: {\"type\":\"agent.session." + type + "\",\"event_id\":\"e" + id
                    + "\",\"session_id\":\"s\",\"turn_id\":\"t\"," + more + "}\n\n";
        }

        private static void tell(JsonNode events) {
            for (JsonNode event : events) {
                if (event.has("call_id")) {
                    String tool = TOOLS.get(
                            Integer.parseInt(event.path("call_id").asText().substring(5)));
                    boolean success = event.path("success").asBoolean();
                    Orders.seen(tool, event.path(success ? "output" : "error").asText() + (success ? "" : " (error)"));
                }
            }
        }
    }

    /** Takes a free port for the service. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        service.setExecutor(Executors.newCachedThreadPool());
        service.createContext("/", new ScriptedService());
        service.start();
        converse(port);
        System.exit(0);
    }

    private static void converse(int port) {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + port)
                .apiKey("none")
                .build();
        AgentSessionStreamParams params = AgentSessionStreamParams.builder()
                .sessionId("s")
                .input("deal with orders")
                .toolHandler("readOrder", arguments -> Orders.read(String.valueOf(arguments.get("order"))))
                .toolHandler("deleteOrder", arguments -> Orders.delete("7"))
                .toolHandler("phone", arguments -> {
                    try {
                        return Orders.phone("7");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .asyncToolHandler("deleteLater", arguments -> CompletableFuture.supplyAsync(() -> Orders.delete("7")))
                .build();
        try (StreamResponse<AgentSessionEvent> events = client.beta().agents().sessions().stream(params)) {
            events.stream().forEach(event -> {});
        }
    }
}
