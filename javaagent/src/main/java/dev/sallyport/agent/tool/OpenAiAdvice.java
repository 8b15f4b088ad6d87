package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.asm.Advice;

/**
 * OpenAI's SDK: where the stream of an agent's session calls the program's handler for a tool that the model asks for. The
 * SDK tells the model nothing of why a handler failed, so a refusal is handed over as the call's result. The SDK's types are
 * found at the call.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class OpenAiAdvice {

    private OpenAiAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static CompletableFuture enter(
            @Advice.Argument(0) Object event,
            @Advice.FieldValue("handlers") Map handlers,
            @Advice.FieldValue("handledCalls") Set handled,
            @Advice.FieldValue("sessionId") String session,
            @Advice.FieldValue("headers") Object headers,
            @Advice.Local("mark") CurrentAgent.Frame mark)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        Optional<?> item =
                (Optional<?>) event.getClass().getMethod("turnItemAdded").invoke(event);
        if (item.isEmpty() || session == null) {
            return null;
        }
        Object added = item.get().getClass().getMethod("item").invoke(item.get());
        Optional<?> asked =
                (Optional<?>) added.getClass().getMethod("functionCall").invoke(added);
        if (asked.isEmpty()) {
            return null;
        }
        Object call = asked.get();
        Class<?> type = call.getClass();
        ClassLoader loader = type.getClassLoader();
        Object name = type.getMethod("name").invoke(call);
        Object id = type.getMethod("callId").invoke(call);
        Object turn = type.getMethod("turnId").invoke(call);
        Object pair = Class.forName("kotlin.Pair", false, loader)
                .getConstructor(Object.class, Object.class)
                .newInstance(turn, id);
        if (!handlers.containsKey(name) || handled.contains(pair)) {
            return null; // nothing runs
        }
        Object json = type.getMethod("_arguments").invoke(call);
        Object arguments = Class.forName("com.openai.core.JsonValue", false, loader)
                .getMethod("convert", Class.class)
                .invoke(json, Object.class);
        Denial denial = Gate.tool(String.valueOf(name), arguments, null, String.valueOf(id));
        if (denial == null) {
            return null;
        }
        handled.add(pair);
        String models = "com.openai.models.beta.agents.";
        Class<?> resultType =
                Class.forName(models + "AgentSessionInputParam$AgentSessionInputToolResult", false, loader);
        Object result = resultType.getMethod("builder").invoke(null);
        Class<?> ofResult = result.getClass();
        ofResult.getMethod("turnId", String.class).invoke(result, turn);
        ofResult.getMethod("callId", String.class).invoke(result, id);
        ofResult.getMethod("success", boolean.class).invoke(result, false);
        ofResult.getMethod("output", Optional.class).invoke(result, Optional.empty());
        ofResult.getMethod("error", String.class).invoke(result, denial.forModel());
        Object params = Class.forName(models + "sessions.events.EventCreateParams", false, loader)
                .getMethod("builder")
                .invoke(null);
        Class<?> ofParams = params.getClass();
        ofParams.getMethod("sessionId", String.class).invoke(params, session);
        ofParams.getMethod("idempotencyKey", String.class)
                .invoke(params, UUID.randomUUID().toString());
        ofParams.getMethod("putAllAdditionalHeaders", Class.forName("com.openai.core.http.Headers", false, loader))
                .invoke(params, headers);
        ofParams.getMethod("addEvent", resultType)
                .invoke(params, ofResult.getMethod("build").invoke(result));
        return CompletableFuture.completedFuture(ofParams.getMethod("build").invoke(params));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter CompletableFuture refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Return(readOnly = false) CompletableFuture result) {
        if (refused != null) {
            result = refused;
        } else {
            Gate.reset(mark); // how it ended, OpenAiAnswerAdvice tells
        }
    }
}
