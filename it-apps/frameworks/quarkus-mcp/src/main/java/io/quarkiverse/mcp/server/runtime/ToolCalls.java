package io.quarkiverse.mcp.server.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkiverse.mcp.server.runtime.config.McpServerBuildTimeConfig;
import io.quarkiverse.mcp.server.runtime.config.McpServerRuntimeConfig;
import io.quarkiverse.mcp.server.runtime.config.McpServersBuildTimeConfig;
import io.quarkiverse.mcp.server.runtime.config.McpServersRuntimeConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The server's handler of tool calls over the server's own tools, without Quarkus' container around them, which would make
 * these objects as they are made here.
 */
public final class ToolCalls {

    private static final String SERVER = "<default>";

    private final ToolManagerImpl tools;
    private final ToolMessageHandler handler;

    /** Has no tools yet. */
    public ToolCalls(Vertx vertx) {
        ResponseHandlers responses = new ResponseHandlers(stub(McpServersRuntimeConfig.class));
        McpMetadata metadata = stub(McpMetadata.class);
        tools = new ToolManagerImpl(
                metadata,
                vertx,
                new ObjectMapper(),
                new ConnectionManager(vertx, responses, stub(McpServersRuntimeConfig.class), metadata),
                unresolvable(),
                responses,
                List.of(),
                null,
                null,
                unresolvable(),
                unresolvable(),
                stub(McpServersBuildTimeConfig.class));
        handler = new ToolMessageHandler(tools, stub(McpServersRuntimeConfig.class));
    }

    /** Returns where tools are made. */
    public ToolManager tools() {
        return tools;
    }

    /** Calls a tool as a client's message does, and returns what is sent to the client. */
    public CompletableFuture<JsonObject> call(String tool) {
        JsonObject message = new JsonObject()
                .put("jsonrpc", "2.0")
                .put("id", 1)
                .put("method", "tools/call")
                .put("params", new JsonObject().put("name", tool).put("arguments", new JsonObject().put("order", "7")));
        CompletableFuture<JsonObject> sent = new CompletableFuture<>();
        Connection connection = new Connection(sent);
        InvocationHandler request = (proxy, method, arguments) -> switch (method.getName()) {
            case "serverName" -> SERVER;
            case "connection", "sender" -> connection;
            default -> null;
        };
        handler.toolsCall(message, (McpRequest)
                Proxy.newProxyInstance(ToolCalls.class.getClassLoader(), new Class<?>[] {McpRequest.class}, request));
        return sent;
    }

    /** Returns the text of what was sent. */
    public static String text(JsonObject sent) {
        if (sent.getValue("result") instanceof ToolResponse response) {
            return response.content().get(0).asText().text() + (response.isError() ? " (error)" : "");
        }
        return "no result: " + sent.getJsonObject("error").getString("message");
    }

    private static final class Connection extends McpConnectionBase {

        private final CompletableFuture<JsonObject> sent;

        Connection(CompletableFuture<JsonObject> sent) {
            super("connection", stub(McpServerRuntimeConfig.class));
            this.sent = sent;
        }

        @Override
        public Future<Void> send(JsonObject message) {
            sent.complete(message);
            return Future.succeededFuture();
        }
    }

    private static <T> Instance<T> unresolvable() {
        @SuppressWarnings("unchecked")
        Instance<T> none = (Instance<T>) stub(Instance.class);
        return none;
    }

    /** Returns a configuration in which everything is left out. */
    private static <T> T stub(Class<T> type) {
        InvocationHandler nothing = (proxy, method, arguments) -> answer(method);
        return type.cast(Proxy.newProxyInstance(ToolCalls.class.getClassLoader(), new Class<?>[] {type}, nothing));
    }

    private static Object answer(Method method) {
        Class<?> type = method.getReturnType();
        if (method.getName().equals("servers")) {
            boolean build = String.valueOf(
                            ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[1])
                    .contains("BuildTime");
            return Map.of(SERVER, build ? stub(McpServerBuildTimeConfig.class) : stub(McpServerRuntimeConfig.class));
        }
        if (method.getName().equals("serverNames")) {
            return Set.of(SERVER);
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == int.class) {
            return 0;
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type == java.time.Duration.class) {
            return java.time.Duration.ofHours(1);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        return type.isInterface() ? stub(type) : null;
    }
}
