package dev.sallyport.cli;

import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An agent, or everything, that is stopped or released by a state file. */
final class StoppedAgent {

    @Parameters(paramLabel = "AGENT", description = "The agent's name, or 'all'.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Mixin
    private final StateOption state = new StateOption();

    @Option(names = "--json", description = "Print one JSON object instead: stateFile, line, done, message, problem.")
    private boolean json;

    String name() {
        return name;
    }

    StateOption state() {
        return state;
    }

    /** Returns it as a sentence begins. */
    String subject() {
        return name.equals(PolicyState.ALL) ? "everything is" : "agent " + name + " is";
    }

    /** Puts a line about it into the state file. */
    String change(String verb) throws IOException {
        String line = verb + ' ' + name + ' ' + state.signature();
        state.change(line);
        return line;
    }

    /** Tells what became of it and returns the exit code. */
    int tell(StateChange change, Terminal terminal) throws IOException {
        return change.print(terminal, json, state);
    }

    /** Returns what to say of a name that the policy does not have; null if it has it, or nobody knows. */
    @Nullable
    String unknown() {
        LoadedPolicy policy = state.policy();
        if (policy == null) {
            return null;
        }
        List<String> agents = new ArrayList<>(policy.policy().agents().keySet());
        agents.add(policy.policy().unattributed());
        agents.add(PolicyState.ALL);
        if (agents.contains(name)) {
            return null;
        }
        String suggestion = Suggestion.of(name, agents);
        return "the policy has no agent '" + name + "'; "
                + (suggestion == null ? "its agents are " + String.join(", ", agents) : suggestion);
    }
}
