package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Koog: where an agent's environment calls the tool that the model asks for. A suspending method: it is called again, without
 * the call, to go on after the tool has waited for something, and then runs in the context that it was left in. Koog hands
 * the message of what a tool throws to the model. Its types are found at the call.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class KoogAdvice {

    private KoogAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Object enter(@Advice.Argument(0) Object call, @Advice.Local("mark") CurrentAgent.Frame mark)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        if (call == null) {
            return null; // goes on
        }
        Class<?> type = call.getClass();
        Object id = type.getMethod("getId").invoke(call);
        Object name = type.getMethod("getTool").invoke(call);
        Object arguments = type.getMethod("getArgs").invoke(call);
        Denial denial = Gate.tool(
                String.valueOf(name), String.valueOf(arguments), null, id == null ? null : String.valueOf(id));
        if (denial == null) {
            return null;
        }
        ClassLoader loader = type.getClassLoader();
        String environment = "ai.koog.agents.core.environment.";
        Class<?> json = Class.forName("ai.koog.serialization.JSONObject", false, loader);
        Class<?> kind = Class.forName(environment + "ToolResultKind", false, loader);
        Object failure = Class.forName(environment + "ToolResultKind$Failure", false, loader)
                .getConstructor(Throwable.class)
                .newInstance((Object) null);
        return Class.forName(environment + "ReceivedToolResult", false, loader)
                .getConstructor(
                        String.class,
                        String.class,
                        json,
                        String.class,
                        String.class,
                        kind,
                        Class.forName("ai.koog.serialization.JSONElement", false, loader),
                        Object.class,
                        List.class)
                .newInstance(
                        id,
                        name,
                        json.getConstructor(Map.class).newInstance(Map.of()),
                        null,
                        denial.forModel(),
                        failure,
                        null,
                        null,
                        null);
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
            @Advice.Enter Object refused,
            @Advice.Local("mark") CurrentAgent.Frame mark,
            @Advice.Thrown Throwable thrown,
            @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object result)
            throws ReflectiveOperationException {
        if (refused != null) {
            result = refused;
        } else {
            boolean ended = result != null && result.getClass().getName().endsWith("ReceivedToolResult");
            if (ended || thrown != null) {
                Gate.toolEnded(result, thrown);
            }
            Refusals refusals = ended ? Gate.refusals() : null;
            if (refusals != null) {
                Class<?> type = result.getClass();
                for (Constructor<?> constructor : type.getConstructors()) {
                    if (constructor.getParameterCount() == 9 && constructor.getParameterTypes()[4] == String.class) {
                        Object output = type.getMethod("getOutput").invoke(result);
                        Object parts = type.getMethod("getParts").invoke(result);
                        String shown = refusals.hideFromModel(String.valueOf(output));
                        result = constructor.newInstance(
                                type.getMethod("getId").invoke(result),
                                type.getMethod("getTool").invoke(result),
                                type.getMethod("getToolArgs").invoke(result),
                                type.getMethod("getToolDescription").invoke(result),
                                shown,
                                type.getMethod("getResultKind").invoke(result),
                                shown.equals(output)
                                        ? type.getMethod("getResult").invoke(result)
                                        : null,
                                shown.equals(output)
                                        ? type.getMethod("getResultObject").invoke(result)
                                        : null,
                                shown.equals(output) ? parts : null);
                        break;
                    }
                }
            }
            Gate.reset(mark);
        }
    }
}
