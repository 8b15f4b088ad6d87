package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Embabel: a tool, whoever calls it and whoever wrote it. Tools that wrap others are decided by the name that each of them
 * has. Embabel's own classes are for JDK 21, and this one is not: so its types are found at the call.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class EmbabelAdvice {

    private EmbabelAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Object enter(
            @Advice.This Object tool,
            @Advice.Argument(0) String arguments,
            @Advice.Local("mark") CurrentAgent.Frame mark)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        ClassLoader loader = tool.getClass().getClassLoader();
        Object definition = Class.forName("com.embabel.agent.api.tool.ToolInfo", false, loader)
                .getMethod("getDefinition")
                .invoke(tool);
        Object name = Class.forName("com.embabel.agent.api.tool.Tool$Definition", false, loader)
                .getMethod("getName")
                .invoke(definition);
        Denial denial = Gate.tool(String.valueOf(name), arguments, null, null);
        return denial == null
                ? null
                : Class.forName("com.embabel.agent.api.tool.Tool$Result", false, loader)
                        .getMethod("error", String.class)
                        .invoke(null, denial.forModel());
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.This Object tool,
            @Advice.Enter Object refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown(readOnly = false) Throwable thrown,
            @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object result)
            throws ReflectiveOperationException {
        if (refused != null) {
            result = refused;
        } else {
            Refusals refusals = Gate.refusals();
            Gate.ended(mark, result, thrown);
            if (refusals != null
                    && result != null
                    && result.getClass().getName().endsWith("Tool$Result$Text")) {
                Class<?> type = result.getClass();
                result = type.getMethod("copy", String.class).invoke(result, refusals.hideFromModel((String)
                        type.getMethod("getContent").invoke(result)));
            }
            Denial denial = Gate.denialOf(thrown);
            if (denial != null) {
                thrown = null;
                result = Class.forName(
                                "com.embabel.agent.api.tool.Tool$Result",
                                false,
                                tool.getClass().getClassLoader())
                        .getMethod("error", String.class)
                        .invoke(null, denial.forModel());
            }
        }
    }
}
