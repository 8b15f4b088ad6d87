package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.function.Supplier;
import net.bytebuddy.asm.Advice;
import reactor.core.publisher.Mono;

/**
 * The MCP SDK's client, over whatever transport: the synchronous one calls this one. The request is sent when the answer is
 * subscribed to.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class McpClientAdvice {

    private McpClientAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Mono<McpSchema.CallToolResult> enter(
            @Advice.Argument(0) McpSchema.CallToolRequest request, @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        Denial denial = Gate.tool(request.name(), request.arguments(), null, null);
        return denial == null
                ? null
                : Mono.just(McpSchema.CallToolResult.builder()
                        .addTextContent(denial.forModel())
                        .isError(true)
                        .build());
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Argument(0) McpSchema.CallToolRequest request,
            @Advice.Enter Mono<McpSchema.CallToolResult> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Return(readOnly = false) Mono<McpSchema.CallToolResult> result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null) {
                Deferred deferred = Gate.deferred(request.name(), request.arguments());
                deferred.answers(result.doOnSuccess(deferred).doOnError(deferred));
                result = Mono.defer((Supplier) deferred);
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
