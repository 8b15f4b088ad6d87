package dev.sallyport.agent.tool;

import dev.sallyport.Denial;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import dev.sallyport.gate.Refusals;
import java.util.Optional;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Anthropic's SDK: where its tool runner runs a tool that the model asks for. It makes an answer of the message of what a tool
 * throws, which inside a tool is a denial's short sentence. The SDK's types are found at the call.
 */
@SuppressWarnings({"NullAway", "UnusedVariable", "ParameterName"}) // locals and return value as Byte Buddy wants them
final class AnthropicAdvice {

    private AnthropicAdvice() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static Object enter(@Advice.Argument(1) Object call, @Advice.Local("mark") CurrentAgent.Frame mark)
            throws ReflectiveOperationException {
        mark = Gate.mark();
        Class<?> type = call.getClass();
        Object id = type.getMethod("id").invoke(call);
        Object name = type.getMethod("name").invoke(call);
        Object input = type.getMethod("_input").invoke(call);
        Class<?> json = Class.forName("com.anthropic.core.JsonValue", false, type.getClassLoader());
        if (!json.isInstance(input)) {
            // not as it came, but as the program has made it
            Object known = Class.forName("com.anthropic.core.JsonField", false, type.getClassLoader())
                    .getMethod("asKnown")
                    .invoke(input);
            input = json.getMethod("from", Object.class).invoke(null, ((Optional<?>) known).orElse(null));
        }
        Object arguments = json.getMethod("convert", Class.class).invoke(input, Object.class);
        Denial denial = Gate.tool(String.valueOf(name), arguments, null, String.valueOf(id));
        if (denial == null) {
            return null;
        }
        Class<?> result = Class.forName(
                "com.anthropic.models.beta.messages.BetaToolResultBlockParam", false, type.getClassLoader());
        Object builder = result.getMethod("builder").invoke(null);
        Class<?> ofBuilder = builder.getClass();
        ofBuilder.getMethod("toolUseId", String.class).invoke(builder, id);
        ofBuilder.getMethod("content", String.class).invoke(builder, denial.forModel());
        ofBuilder.getMethod("isError", boolean.class).invoke(builder, true);
        return ofBuilder.getMethod("build").invoke(builder);
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
            Refusals refusals = Gate.refusals();
            Gate.ended(mark, result, thrown);
            if (refusals != null && result != null) {
                Optional<?> content =
                        (Optional<?>) result.getClass().getMethod("content").invoke(result);
                Optional<?> text = content.isEmpty()
                        ? content
                        : (Optional<?>)
                                content.get().getClass().getMethod("string").invoke(content.get());
                if (text.isPresent()) {
                    Object builder = result.getClass().getMethod("toBuilder").invoke(result);
                    builder.getClass()
                            .getMethod("content", String.class)
                            .invoke(builder, refusals.hideFromModel((String) text.get()));
                    result = builder.getClass().getMethod("build").invoke(builder);
                }
            }
        }
    }
}
