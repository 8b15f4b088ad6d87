package dev.sallyport.agent.tool;

import com.google.adk.tools.BaseTool;
import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Deferred;
import dev.sallyport.gate.Gate;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.functions.Function;
import java.util.Map;
import net.bytebuddy.asm.Advice;

/**
 * Google ADK: a tool that answers with a stream.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName", "rawtypes", "unchecked"
}) // locals and return value as Byte Buddy wants them
final class AdkLiveToolAdvice {

    private AdkLiveToolAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Flowable<Map<String, Object>> enter(
            @Advice.This BaseTool tool,
            @Advice.Argument(0) Map<String, Object> arguments,
            @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        Denial denial = Gate.tool(tool.name(), arguments, null, null);
        return denial == null ? null : Flowable.just(Map.of("error", denial.forModel()));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.This BaseTool tool,
            @Advice.Argument(0) Map<String, Object> arguments,
            @Advice.Enter Flowable<Map<String, Object>> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Return(readOnly = false) Flowable result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null && Gate.mark() != mark) {
                Deferred deferred = Gate.deferred(tool.name(), arguments);
                result = result.map((Function) deferred.as(Function.class)).hide();
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
