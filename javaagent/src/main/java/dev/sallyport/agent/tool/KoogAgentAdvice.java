package dev.sallyport.agent.tool;

import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import net.bytebuddy.asm.Advice;

/**
 * Koog: an agent runs for the agent of its id. The method suspends: when it goes on it is called again, and then acts for that
 * agent already.
 */
@SuppressWarnings({"UnusedVariable", "ParameterName"}) // locals as Byte Buddy wants them
final class KoogAgentAdvice {

    private KoogAgentAdvice() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.FieldValue("agent") Object agent, @Advice.Local("mark") CurrentAgent.Frame mark)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        Gate.enterNamed(String.valueOf(agent.getClass().getMethod("getId").invoke(agent)));
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(@Advice.Local("mark") CurrentAgent.Frame mark) {
        Gate.reset(mark);
    }
}
