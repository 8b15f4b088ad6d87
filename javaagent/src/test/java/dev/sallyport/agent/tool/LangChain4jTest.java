package dev.sallyport.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.sallyport.AgentScope;
import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The published LangChain4j with a scripted model, in a loader whose classes are woven. */
class LangChain4jTest {

    private static final String SHORT = "denied by policy (ref d-1)";

    @BeforeEach
    void forget() {
        ScriptedEnforcer.STANDING.asked.clear();
    }

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(CurrentAgent.get()).isNull();
    }

    @Test
    void anAllowedToolRunsAndTheModelGetsItsAnswer() throws Exception {
        assertThat(conversation("read")).isEqualTo("read=order 7 for desk in read");
        assertThat(ScriptedEnforcer.STANDING.asked).containsExactly("desk read {\"order\":\"7\"}");
    }

    @Test
    void aRefusedToolDoesNotRunAndTheLoopGoesOn() throws Exception {
        assertThat(conversation("forbiddenTool")).isEqualTo("forbiddenTool=" + SHORT + " (error)");
    }

    @Test
    void aDenialThatLeavesTheToolIsShortForTheModel() throws Exception {
        assertThat(conversation("leavesDenial")).isEqualTo("leavesDenial=" + SHORT + " (error)");
    }

    @Test
    void aDenialThatTheToolWritesIntoItsAnswerIsTakenOut() throws Exception {
        assertThat(conversation("tellsDenial"))
                .isEqualTo("tellsDenial=it failed: dev.sallyport.EgressDeniedException: " + SHORT);
    }

    @Test
    void aScopeThatAToolLeavesOpenEndsWithIt() throws Exception {
        assertThat(conversation("leak")).isEqualTo("leak=left-open");
    }

    @SuppressWarnings({"try", "unchecked"})
    private static String conversation(String script) throws Exception {
        WovenLoader loader =
                new WovenLoader(new LibraryWeave(), "dev.langchain4j.", "dev.sallyport.agent.tool.LangChain4jTest$");
        Callable<String> application = (Callable<String>) loader.loadClass(Application.class.getName())
                .getConstructor(String.class)
                .newInstance(script);
        assertThat(application).isNotInstanceOf(Application.class);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader); // where LangChain4j looks for its services
        try (AgentScope scope = AgentScope.enter("desk")) {
            String answer = application.call();
            assertThat(AgentScope.current()).isEqualTo("desk");
            assertThat(answer).doesNotContain("secret-rule");
            return answer;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** The program, loaded by the woven loader. */
    public static final class Application implements Callable<String> {

        private final String script;

        public Application(String script) {
            this.script = script;
        }

        @Override
        public String call() {
            return AiServices.builder(Assistant.class)
                    .chatModel(new ScriptedModel(script))
                    .tools(new Tools())
                    .build()
                    .chat("go");
        }
    }

    /** The assistant. */
    public interface Assistant {
        String chat(String message);
    }

    /** Calls a tool, then says what it was answered. */
    public static final class ScriptedModel implements ChatModel {

        private final String tool;

        ScriptedModel(String tool) {
            this.tool = tool;
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            List<String> answers = request.messages().stream()
                    .filter(ToolExecutionResultMessage.class::isInstance)
                    .map(ToolExecutionResultMessage.class::cast)
                    .map(answer -> answer.toolName() + "=" + answer.text()
                            + (Boolean.TRUE.equals(answer.isError()) ? " (error)" : ""))
                    .collect(Collectors.toList());
            if (!answers.isEmpty()) {
                return ChatResponse.builder()
                        .aiMessage(AiMessage.from(String.join(",", answers)))
                        .build();
            }
            ToolExecutionRequest call = ToolExecutionRequest.builder()
                    .id("call-1")
                    .name(tool)
                    .arguments(tool.equals("read") ? "{\"order\":\"7\"}" : "{}")
                    .build();
            return ChatResponse.builder().aiMessage(AiMessage.from(call)).build();
        }
    }

    /** The tools. */
    public static final class Tools {

        @Tool
        public String read(String order) {
            AgentContext context = Objects.requireNonNull(CurrentAgent.get());
            return "order " + order + " for " + context.agent() + " in " + context.tool();
        }

        @Tool
        public String forbiddenTool() {
            return "it ran";
        }

        @Tool
        @SuppressWarnings("DoNotCallSuggester")
        public String leavesDenial() throws EgressDeniedException {
            throw refused();
        }

        @Tool
        public String tellsDenial() {
            return "it failed: " + refused();
        }

        @Tool
        public String leak() {
            AgentScope.enter("left-open");
            return Objects.requireNonNull(AgentScope.current());
        }

        private static EgressDeniedException refused() {
            AgentContext context = Objects.requireNonNull(CurrentAgent.get());
            Denial denial = ScriptedEnforcer.denial("secret-rule", "connect", "x.example:443", context.tool());
            context.refused(denial);
            return new EgressDeniedException(denial);
        }
    }
}
