package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import net.bytebuddy.asm.Advice;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Spring AI: a tool, whoever calls it and whoever wrote it. As {@link SpringAiCallingAdvice}, but for calls that come from
 * elsewhere: the program itself, an MCP server, a tool that calls another.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class SpringAiToolAdvice {

    private SpringAiToolAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static String enter(
            @Advice.This ToolCallback tool,
            @Advice.Argument(0) String arguments,
            @Advice.Local("mark") CurrentAgent.Frame mark) {
        mark = Gate.mark();
        Denial denial = Gate.tool(tool.getToolDefinition().name(), arguments, null, null);
        return denial == null ? null : denial.forModel();
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.This ToolCallback tool,
            @Advice.Enter String refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown(readOnly = false) Throwable thrown,
            @Advice.Return(readOnly = false) String result) {
        if (refused != null) {
            result = refused;
        } else {
            Refusals refusals = Gate.refusals();
            Gate.ended(mark, result, thrown);
            if (refusals != null && result != null) {
                result = refusals.hideFromModel(result);
            }
            Denial denial = Gate.denialOf(thrown);
            if (denial != null
                    && !(thrown instanceof ToolExecutionException && thrown.getCause() instanceof RuntimeException)) {
                thrown = new ToolExecutionException(tool.getToolDefinition(), new ToolDeniedException(denial));
            }
        }
    }
}
