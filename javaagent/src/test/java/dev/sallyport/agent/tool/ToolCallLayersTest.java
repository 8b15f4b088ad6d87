package dev.sallyport.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.AgentScope;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is one tool call, whose layers ask one inside the other, and what are two. */
class ToolCallLayersTest {

    private final List<String> asked = ScriptedEnforcer.STANDING.asked;
    private final List<String> ended = ScriptedEnforcer.STANDING.ended;
    private final Map<String, Object> arguments = new HashMap<>(Map.of("order", "7"));

    @BeforeEach
    void forget() {
        asked.clear();
        ended.clear();
    }

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(CurrentAgent.get()).isNull();
    }

    @Test
    void theLayersOfOneCallAskAndTellOnce() {
        call("read", arguments, () -> call("read", arguments, () -> call("read", arguments, () -> {})));

        assertThat(asked).hasSize(1);
        assertThat(ended).hasSize(1);
    }

    @Test
    void theSameCallAgainIsAnotherCall() {
        call("read", arguments, () -> {});
        call("read", arguments, () -> {});

        assertThat(asked).hasSize(2);
        assertThat(ended).hasSize(2);
    }

    @Test
    void aToolThatCallsATool() {
        call("read", arguments, () -> call("readMore", arguments, () -> {}));
        call("read", arguments, () -> call("read", new HashMap<>(arguments), () -> {}));
        call("read", null, () -> call("read", null, () -> {}));

        assertThat(asked).hasSize(6);
        assertThat(ended).hasSize(6);
    }

    @Test
    void aToolThatCallsItselfAsAnotherAgent() {
        call("read", arguments, () -> {
            try (AgentScope other = AgentScope.enter("other")) {
                assertThat(other).isNotNull();
                call("read", arguments, () -> {});
            }
        });

        assertThat(asked).containsExactly("nobody read {order=7}", "other read {order=7}");
    }

    private static void call(String tool, @Nullable Map<String, Object> arguments, Runnable body) {
        CurrentAgent.Frame mark = Gate.mark();
        assertThat(Gate.tool(tool, arguments, null, null)).isNull();
        body.run();
        Gate.ended(mark, "done", null);
    }
}
