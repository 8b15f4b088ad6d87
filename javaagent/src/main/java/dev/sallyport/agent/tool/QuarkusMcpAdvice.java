package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import java.lang.reflect.Method;
import java.util.function.Function;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Quarkus' MCP server: where it executes the tool that a client asks for. Prompts and resources are executed there too, and are
 * no tools. The tool runs on whatever thread Quarkus has for it. Its types, and those of Vert.x, are found at the call.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class QuarkusMcpAdvice {

    private QuarkusMcpAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Object enter(
            @Advice.This Object manager,
            @Advice.Argument(0) String name,
            @Advice.Argument(1) Object execution,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("arguments") Object arguments,
            @Advice.Local("tool") boolean tool)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        ClassLoader loader = manager.getClass().getClassLoader();
        tool = Class.forName("io.quarkiverse.mcp.server.ToolManager", false, loader)
                .isInstance(manager);
        if (!tool) {
            return null;
        }
        Method providers = execution.getClass().getDeclaredMethod("argProviders");
        providers.setAccessible(true);
        Object request = providers.invoke(execution);
        Method args = request.getClass().getDeclaredMethod("args");
        args.setAccessible(true);
        arguments = args.invoke(request);
        Denial denial = Gate.tool(name, arguments, null, null);
        if (denial == null) {
            return null;
        }
        Object response = Class.forName("io.quarkiverse.mcp.server.ToolResponse", false, loader)
                .getMethod("error", String.class)
                .invoke(null, denial.forModel());
        return Class.forName("io.vertx.core.Future", false, loader)
                .getMethod("succeededFuture", Object.class)
                .invoke(null, response);
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Argument(0) String name,
            @Advice.Enter Object refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("arguments") Object arguments,
            @Advice.Local("tool") boolean tool,
            @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object result)
            throws ReflectiveOperationException {
        if (refused != null) {
            result = refused;
        } else {
            if (tool && result != null && Gate.mark() != mark) {
                Deferred deferred = Gate.deferred(name, arguments);
                ClassLoader loader = result.getClass().getClassLoader();
                Class<?> future = Class.forName("io.vertx.core.Future", false, loader);
                Class<?> handler = Class.forName("io.vertx.core.Handler", false, loader);
                Object end = deferred.as(handler);
                result = future.getMethod("map", Function.class).invoke(result, deferred);
                future.getMethod("onSuccess", handler).invoke(result, end);
                future.getMethod("onFailure", handler).invoke(result, end);
            }
            Gate.reset(mark);
        }
    }
}
