package dev.sallyport.agent.tool;

import com.google.adk.tools.BaseTool;
import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.functions.Consumer;
import io.reactivex.rxjava3.functions.Function;
import java.util.Map;
import java.util.concurrent.Callable;
import net.bytebuddy.asm.Advice;

/**
 * Google ADK: where the tools are called that a model asks for, whatever their classes.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class AdkCallingAdvice {

    private AdkCallingAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Maybe<Map<String, Object>> enter(
            @Advice.Argument(0) BaseTool tool,
            @Advice.Argument(1) Map<String, Object> arguments,
            @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        Denial denial = Gate.tool(tool.name(), arguments, null, null);
        return denial == null ? null : Maybe.just(Map.of("error", denial.forModel()));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Argument(0) BaseTool tool,
            @Advice.Argument(1) Map<String, Object> arguments,
            @Advice.Enter Maybe<Map<String, Object>> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Return(readOnly = false) Maybe result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null && Gate.mark() != mark) {
                Deferred deferred = Gate.deferred(tool.name(), arguments);
                Consumer end = (Consumer) deferred.as(Consumer.class);
                Function shown = (Function) deferred.as(Function.class);
                deferred.answers(result.map(shown).doOnSuccess(end).doOnError(end));
                result = Maybe.merge(Maybe.fromCallable((Callable) deferred));
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
