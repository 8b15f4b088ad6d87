package dev.sallyport.agent.tool;

import com.google.adk.agents.BaseAgent;
import com.google.adk.events.Event;
import dev.sallyport.DelegationDeniedException;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import io.reactivex.rxjava3.core.Flowable;
import net.bytebuddy.asm.Advice;

/**
 * Google ADK: an agent runs from when its events are subscribed to until they end, for the agent of its name.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class AdkAgentAdvice {

    private AdkAgentAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Flowable<Event> enter(@Advice.This BaseAgent agent, @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        try {
            Gate.enterNamed(agent.name());
            return null;
        } catch (DelegationDeniedException denied) {
            return Flowable.error(denied);
        }
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter Flowable<Event> refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Return(readOnly = false) Flowable<Event> result) {
        if (refused != null) {
            result = refused;
        } else {
            if (result != null && Gate.mark() != mark) {
                result = result.hide();
                Gate.carry(result);
            }
            Gate.reset(mark);
        }
    }
}
