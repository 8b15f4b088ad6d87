package dev.sallyport.agent.tool;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import net.bytebuddy.asm.Advice;

/**
 * LangChain4j's MCP client: a tool of another program, called through the framework or by the program itself. The request is
 * refused before it leaves.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class LangChain4jMcpAdvice {

    private LangChain4jMcpAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static ToolExecutionResult enter(
            @Advice.Argument(0) ToolExecutionRequest request, @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        Denial denial = Gate.tool(request.name(), request.arguments(), null, request.id());
        return denial == null
                ? null
                : ToolExecutionResult.builder()
                        .isError(true)
                        .resultText(denial.forModel())
                        .build();
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter ToolExecutionResult refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown Throwable thrown,
            @Advice.Return(readOnly = false) ToolExecutionResult result) {
        if (refused != null) {
            result = refused;
        } else {
            Gate.ended(mark, result, thrown);
        }
    }
}
