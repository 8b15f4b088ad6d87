package dev.sallyport.agent.tool;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.Advice;

/**
 * LangChain4j: every tool call, one after the other or concurrently, goes through {@code
 * ToolService.executeWithErrorHandling}. A refused call does not reach the tool: the model gets an error as the tool's
 * result. What else was refused inside the tool is taken out of its result, if the tool wrote the report into it.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class LangChain4jAdvice {

    private LangChain4jAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static ToolExecutionResult enter(
            @Advice.Argument(0) ToolExecutionRequest request,
            @Advice.Argument(2) InvocationContext invocation,
            @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        String agent = invocation == null ? null : invocation.interfaceName();
        Denial denial = Gate.tool(request.name(), request.arguments(), agent, request.id());
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
            Refusals refusals = Gate.refusals();
            Gate.ended(mark, result, thrown);
            if (refusals != null && result != null) {
                List<Content> contents = new ArrayList<>();
                for (Content content : result.resultContents()) {
                    contents.add(
                            content instanceof TextContent text
                                    ? TextContent.from(refusals.hideFromModel(text.text()))
                                    : content);
                }
                result = ToolExecutionResult.builder()
                        .isError(result.isError())
                        .result(result.result())
                        .resultContents(contents)
                        .attributes(result.attributes())
                        .build();
            }
        }
    }
}
