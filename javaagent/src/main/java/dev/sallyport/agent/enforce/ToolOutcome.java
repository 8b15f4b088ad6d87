package dev.sallyport.agent.enforce;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tells from what a framework's tool call returned whether it went well. */
final class ToolOutcome {

    /** LangChain4j's ToolExecutionResult, MCP's CallToolResult and Quarkus' ToolResponse have it. */
    private static final String IS_ERROR = "isError";

    private ToolOutcome() {}

    /** Returns whether {@code result} says that the tool failed. What no framework is known to return, does not. */
    static boolean failed(@Nullable Object result) {
        if (result == null) {
            return false;
        }
        if (result instanceof Map<?, ?> map) {
            return map.get("error") != null; // Google ADK
        }
        if (result instanceof CompletionStage<?> stage) {
            return stage.toCompletableFuture().isCompletedExceptionally();
        }
        String type = result.getClass().getName();
        if (type.endsWith(".ToolExecutionResult")
                || type.endsWith("$CallToolResult")
                || type.endsWith(".ToolResponse")) {
            return isError(result);
        }
        if (type.endsWith(".ReceivedToolResult")) {
            return !isKind(result, "ToolResultKind$Success"); // Koog
        }
        return type.endsWith("Tool$Result$Error"); // Embabel
    }

    private static boolean isKind(Object result, String kind) {
        try {
            Object is = result.getClass().getMethod("getResultKind").invoke(result);
            return is != null && is.getClass().getName().endsWith(kind);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }

    private static boolean isError(Object result) {
        try {
            return Boolean.TRUE.equals(result.getClass().getMethod(IS_ERROR).invoke(result));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return true;
        }
    }
}
