package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import net.bytebuddy.asm.Advice;
import reactor.core.publisher.Mono;

/**
 * The MCP SDK's server, with and without sessions: where it calls the tool that a client asks for. Who the client says it is
 * counts for nothing here: the tool runs for the agent that the server's thread acts for.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class McpServerAdvice {

    private McpServerAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Mono<McpSchema.CallToolResult> enter(
            @Advice.Argument(1) Object parameters,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("name") String name,
            @Advice.Local("arguments") Object arguments) {
        mark = Gate.mark();
        // As it came from the wire; anything else the server itself will not understand either.
        Map<?, ?> call = parameters instanceof Map ? (Map<?, ?>) parameters : Map.of();
        name = String.valueOf(call.get("name"));
        arguments = call.get("arguments");
        Denial denial = Gate.tool(name, arguments, null, null);
        return denial == null
                ? null
                : Mono.just(McpSchema.CallToolResult.builder()
                        .addTextContent(denial.forModel())
                        .isError(true)
                        .build());
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter Mono<McpSchema.CallToolResult> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("name") String name,
            @Advice.Local("arguments") Object arguments,
            @Advice.Return(readOnly = false) Mono<McpSchema.CallToolResult> result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null) {
                Deferred deferred = Gate.deferred(name, arguments);
                deferred.answers(
                        result.map((Function) deferred).doOnSuccess(deferred).doOnError(deferred));
                result = Mono.defer((Supplier) deferred);
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
