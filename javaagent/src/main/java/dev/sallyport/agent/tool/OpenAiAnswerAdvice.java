package dev.sallyport.agent.tool;

import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import net.bytebuddy.asm.Advice;

/**
 * OpenAI's SDK: where what a handler answered, or how it failed, becomes the call's result, on whatever thread has it. That
 * runs in the context of {@link OpenAiAdvice}, as all stages do.
 */
@SuppressWarnings({"UnusedVariable", "ParameterName"}) // arguments as Byte Buddy wants them
final class OpenAiAnswerAdvice {

    private OpenAiAnswerAdvice() {}

    @Advice.OnMethodEnter
    static void enter(
            @Advice.Argument(value = 3, readOnly = false) Object answer, @Advice.Argument(4) Throwable thrown) {
        Refusals refusals = Gate.refusals();
        if (refusals != null) {
            answer = refusals.hideInAnswer(answer);
        }
        Gate.toolEnded(answer, thrown);
    }
}
