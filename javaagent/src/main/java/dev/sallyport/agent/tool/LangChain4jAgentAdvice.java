package dev.sallyport.agent.tool;

import dev.langchain4j.agentic.agent.AgentInvocationException;
import dev.langchain4j.agentic.planner.AgentInstance;
import dev.sallyport.DelegationDeniedException;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import net.bytebuddy.asm.Advice;

/**
 * langchain4j-agentic: an agent that is run by another, by {@code AgentInvoker.invoke}, and one that the program itself calls,
 * by its invocation handler. An agent that may not be entered fails in the way that the framework's error handlers know.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class LangChain4jAgentAdvice {

    private LangChain4jAgentAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static AgentInvocationException enter(
            @Advice.This AgentInstance agent, @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        try {
            Gate.enterNamed(agent.name());
            return null;
        } catch (DelegationDeniedException denied) {
            return new AgentInvocationException(denied.getMessage(), denied);
        }
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter AgentInvocationException refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown(readOnly = false) Throwable thrown) {
        Gate.reset(mark);
        if (refused != null) {
            thrown = refused;
        }
    }
}
