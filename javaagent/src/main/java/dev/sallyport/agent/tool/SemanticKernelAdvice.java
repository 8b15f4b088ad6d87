package dev.sallyport.agent.tool;

import com.microsoft.semantickernel.orchestration.FunctionResult;
import com.microsoft.semantickernel.semanticfunctions.KernelFunction;
import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import java.util.function.Supplier;
import net.bytebuddy.asm.Advice;
import reactor.core.publisher.Mono;

/**
 * Semantic Kernel: a function of a plugin, named {@code plugin-function} to the model and {@code plugin.function} here, or by
 * its name alone if it has no plugin.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class SemanticKernelAdvice {

    private SemanticKernelAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Mono<FunctionResult<?>> enter(
            @Advice.This KernelFunction<?> function,
            @Advice.Argument(1) Object arguments,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("name") String name) {
        mark = Gate.mark();
        String plugin = function.getPluginName();
        name = plugin == null || plugin.isEmpty()
                ? function.getName()
                : plugin.concat(".").concat(function.getName());
        Denial denial = Gate.tool(name, arguments, null, null);
        return denial == null ? null : Mono.error(new ToolDeniedException(denial));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Argument(1) Object arguments,
            @Advice.Enter Mono<FunctionResult<?>> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Local("name") String name,
            @Advice.Return(readOnly = false) Mono result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null) {
                Deferred deferred = Gate.deferred(name, arguments);
                deferred.answers(result.doOnSuccess(deferred).doOnError(deferred));
                result = Mono.defer((Supplier) deferred);
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
