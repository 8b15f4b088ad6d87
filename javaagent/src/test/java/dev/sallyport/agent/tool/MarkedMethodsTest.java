package dev.sallyport.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.AgentScope;
import dev.sallyport.DelegationDeniedException;
import dev.sallyport.ToolDeniedException;
import dev.sallyport.policy.Policy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MarkedMethodsTest {

    private final LibraryWeave weave = new LibraryWeave();
    private Object marked = this;

    @BeforeEach
    void loadTheApplication() throws ReflectiveOperationException {
        ScriptedEnforcer.STANDING.asked.clear();
        ScriptedEnforcer.STANDING.ended.clear();
        weave.start(agents());
        WovenLoader loader = new WovenLoader(weave, "dev.sallyport.agent.tool.Marked");
        Class<?> type = loader.loadClass(Marked.class.getName());
        assertThat(type).isNotSameAs(Marked.class);
        marked = type.getConstructor().newInstance();
    }

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(AgentScope.current()).isNull();
    }

    @Test
    void aMethodRunsAsItsAgent() {
        assertThat(apply("runsAs")).isEqualTo("refund");
        assertThat(apply("plain")).isEqualTo("refund");
    }

    @Test
    void theCallersAgentComesBack() {
        assertThat(apply("nested")).isEqualTo("inner,refund");
    }

    @Test
    void aStaticMethodWithFinallyRunsAsItsAgent() {
        assertThat(apply("static")).isEqualTo("static");
    }

    @Test
    void aScopeLeftOpenEndsWithTheMethod() {
        assertThat(apply("leak")).isEqualTo("left-open");
    }

    @Test
    void anExceptionPassesAndTheAgentIsLeft() {
        assertThatThrownBy(() -> apply("throw"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("throw");
    }

    @Test
    void anAgentThatMayNotBeEnteredIsNotAndTheBodyDoesNotRun() throws Exception {
        assertThatThrownBy(() -> apply("forbidden")).isInstanceOf(DelegationDeniedException.class);
        assertThat(ran()).doesNotContain("forbidden");
    }

    @Test
    void allPublicMethodsOfAMarkedClassRunAsItsAgent() throws Exception {
        Class<?> type = new WovenLoader(weave, "dev.sallyport.agent.tool.Marked").loadClass(MarkedType.class.getName());
        Supplier<?> whole = (Supplier<?>) type.getConstructor().newInstance();
        assertThat(whole.get()).isEqualTo("whole,whole");
    }

    @Test
    void aToolIsDecidedByItsNameWithItsArguments() throws Exception {
        assertThat(call("tool")).isEqualTo("nobodya781.5");
        assertThat(call("named")).isEqualTo("nobody");
        assertThat(ScriptedEnforcer.STANDING.asked)
                .containsExactly("nobody tool {text=a, number=7, big=8, real=1.5}", "nobody public-name {}");
    }

    @Test
    void aRefusedToolDoesNotRunAndItsMessageNamesNoRule() throws Exception {
        assertThatThrownBy(() -> call("refused"))
                .isInstanceOf(ToolDeniedException.class)
                .hasMessage("denied by policy (ref d-1)");
        assertThat(ran()).doesNotContain("refused");
    }

    @Test
    void aToolThatRunsAsAnAgentIsDecidedForThatAgent() throws Exception {
        assertThat(call("toolOfAgent")).isEqualTo("refund");
        assertThat(ScriptedEnforcer.STANDING.asked).containsExactly("refund toolOfAgent {}");
    }

    @Test
    void howAToolEndsIsTold() throws Exception {
        call("tool");
        call("toolOfAgent");
        assertThatThrownBy(() -> call("throwingTool")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call("refused")).isInstanceOf(ToolDeniedException.class);
        assertThat(ScriptedEnforcer.STANDING.ended)
                .containsExactly(
                        "tool returned nobodya781.5",
                        "toolOfAgent returned refund",
                        "throwingTool threw no such order");
    }

    @Test
    void aMethodThatThePolicyNamesEntersItsAgent() throws Exception {
        assertThat(call("entry")).isEqualTo("orchestrator");
    }

    @Test
    void anAnnotationThatThePolicyNamesEntersItsAgent() throws Exception {
        assertThat(call("annotated")).isEqualTo("fraud-check");
        assertThat(call("agent")).isEqualTo("nobody");
    }

    @Test
    void aClassWithoutMarksIsLeftAsItIs() throws Exception {
        byte[] classFile;
        try (var in = getClass().getResourceAsStream("ScriptedEnforcer.class")) {
            classFile = java.util.Objects.requireNonNull(in).readAllBytes();
        }
        assertThat(weave.weave(new WovenLoader(weave), "dev/sallyport/agent/tool/ScriptedEnforcer", null, classFile))
                .isNull();
    }

    @SuppressWarnings("unchecked")
    private Object apply(String what) {
        return ((Function<String, Object>) marked).apply(what);
    }

    private Object call(String what) throws Exception {
        Method method = marked.getClass().getMethod("call", String.class);
        try {
            return method.invoke(marked, what);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    private List<String> ran() throws ReflectiveOperationException {
        return (List<String>) marked.getClass().getField("RAN").get(null);
    }

    private static List<Policy.Agent> agents() {
        String type = Marked.class.getName();
        return List.of(
                new Policy.Agent("orchestrator", null, List.of(), List.of(type + "#entry"), null),
                new Policy.Agent("fraud-check", null, List.of(), List.of("@" + type + "$Entry"), null));
    }
}
