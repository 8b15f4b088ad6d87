package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What holds for every command. */
class CompletionCommandTest {

    static List<String> commands() {
        return new ArrayList<>(new CommandLine(new SallyportCommand(), new Commands(Terminal.standard()))
                .getSubcommands()
                .keySet());
    }

    @Test
    void theScriptCompletesEveryCommand() {
        Run run = Run.of("completion");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_sallyport");
        for (String command : commands()) {
            assertThat(run.out()).contains("_picocli_sallyport_" + command + "()");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandSaysItsExitCodesInItsHelp(String command) {
        Run run = Run.of(command, "--help");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Usage: sallyport " + command, "Exit codes: 0 ");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandThatTellsAnythingTellsItInJsonToo(String command) {
        if (!List.of("schema", "completion").contains(command)) {
            assertThat(Run.of(command, "--help").out()).contains("--json");
        }
    }

    @Test
    void anUnknownOptionIsWrongUsageWithASuggestion() {
        Run run = Run.of("lint", "--jsn", "refunds.yaml");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Unknown option: '--jsn'").contains("--json");
    }
}
