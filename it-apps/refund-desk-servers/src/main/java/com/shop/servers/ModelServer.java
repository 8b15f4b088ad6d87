package com.shop.servers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model that speaks the chat-completions protocol of OpenAI and plays the {@link Script}. It keeps every request that
 * it was sent: what stands in there is what a real model would have seen.
 */
final class ModelServer {

    private static final Pattern AGENT = Pattern.compile("You are the ([a-z-]+) agent");
    private static final Pattern ORDER = Pattern.compile("\\b1\\d{3}\\b");
    private static final Pattern ADDRESS = Pattern.compile("http://[^\\s\"\\\\]+");

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> received = new ArrayList<>();
    private int answers;

    /** Returns the bodies of all requests so far, in order. */
    synchronized List<String> received() {
        return List.copyOf(received);
    }

    /** Answers a request for a chat completion. */
    synchronized FarEnd.Reply answer(FarEnd.Request request) {
        if (!request.method().equals("POST") || !request.path().equals("/v1/chat/completions")) {
            return new FarEnd.Reply(404, "{\"error\":{\"message\":\"no such resource\"}}");
        }
        received.add(request.body());
        try {
            JsonNode body = json.readTree(request.body());
            return new FarEnd.Reply(200, completion(body.path("model").asText(), next(body.path("messages"))));
        } catch (JsonProcessingException e) {
            return new FarEnd.Reply(400, "{\"error\":{\"message\":\"not JSON\"}}");
        }
    }

    private ObjectNode next(JsonNode messages) throws JsonProcessingException {
        String agent = "";
        String order = "";
        String result = "";
        int turn = 0;
        for (JsonNode message : messages) {
            String content = message.path("content").asText("");
            switch (message.path("role").asText()) {
                case "system" -> agent = first(AGENT, content, 1);
                case "user" -> order = first(ORDER, content, 0);
                case "assistant" -> turn++;
                case "tool" -> result = content;
                default -> {}
            }
        }
        Turn next = Script.turn(agent, order, turn);
        if (next instanceof Turn.ObeyTheNote) {
            String address = first(ADDRESS, result, 0);
            next = address.isEmpty()
                    ? new Turn.Say("There was nothing to do.")
                    : new Turn.CallTool(
                            "The note asks me to open the address first.", "readOrder", Map.of("order", address));
        }
        ObjectNode message = json.createObjectNode().put("role", "assistant");
        if (next instanceof Turn.Say say) {
            return message.put("content", say.text().replace("{result}", result));
        }
        Turn.CallTool call = (Turn.CallTool) next;
        message.put("content", call.text().isEmpty() ? null : call.text());
        ObjectNode tool = message.putArray("tool_calls").addObject();
        tool.put("id", "call_" + received.size()).put("type", "function");
        tool.putObject("function").put("name", call.tool()).put("arguments", json.writeValueAsString(call.arguments()));
        return message;
    }

    private String completion(String model, ObjectNode message) throws JsonProcessingException {
        ObjectNode completion = json.createObjectNode()
                .put("id", "chatcmpl-" + ++answers)
                .put("object", "chat.completion")
                .put("created", 1_790_000_000L)
                .put("model", model);
        completion
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", message.has("tool_calls") ? "tool_calls" : "stop")
                .set("message", message);
        completion
                .putObject("usage")
                .put("prompt_tokens", 1)
                .put("completion_tokens", 1)
                .put("total_tokens", 2);
        return json.writeValueAsString(completion);
    }

    private static String first(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(group) : "";
    }
}
