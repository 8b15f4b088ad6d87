package dev.sallyport.agent.tool;

import dev.sallyport.DelegationDeniedException;
import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import net.bytebuddy.asm.Advice;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Spring AI: where the tools are called that a model asks for, whatever their classes. The model gets a refusal as the tool's
 * answer. A checked exception or an error that leaves a tool would end the conversation, so a denial is handed on as the
 * framework's own exception. The framework has no names for agents: the program may name one in the tool context.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class SpringAiCallingAdvice {

    private SpringAiCallingAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static String enter(
            @Advice.Argument(0) ToolCallback tool,
            @Advice.Argument(1) String arguments,
            @Advice.Argument(2) ToolContext context,
            @Advice.Local("outside") CurrentAgent.Frame outside,
            @Advice.Local("mark") CurrentAgent.Frame mark) {
        outside = Gate.mark();
        Object agent = context == null ? null : context.getContext().get("sallyport.agent");
        if (agent instanceof String name) {
            try {
                Gate.enterNamed(name);
            } catch (DelegationDeniedException denied) {
                mark = outside;
                return denied.denial().forModel();
            }
        }
        mark = Gate.mark();
        Denial denial = Gate.tool(tool.getToolDefinition().name(), arguments, null, null);
        return denial == null ? null : denial.forModel();
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Argument(0) ToolCallback tool,
            @Advice.Enter String refused,
            @Advice.Local("outside") CurrentAgent.Frame outside,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown(readOnly = false) Throwable thrown,
            @Advice.Return(readOnly = false) String result) {
        if (refused != null) {
            Gate.reset(outside);
            result = refused;
        } else {
            Refusals refusals = Gate.refusals();
            Gate.ended(mark, result, thrown);
            Gate.reset(outside);
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
