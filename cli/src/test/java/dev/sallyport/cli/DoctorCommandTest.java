package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    private static final String[] FLAGS = {
        "-XX:+DisableAttachMechanism",
        "-XX:-EnableDynamicAgentLoading",
        "--sun-misc-unsafe-memory-access=deny",
        "--illegal-native-access=deny"
    };

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();

    @Test
    void eachMissingFlagIsNamed() {
        assertThat(doctor("25", "-jar", "shop.jar")).isEqualTo(1);

        assertThat(out.toString()).contains("no -javaagent:sallyport.jar");
        for (String flag : FLAGS) {
            assertThat(out.toString()).contains("missing " + flag);
        }
    }

    @Test
    void flagsThatAnOlderJdkDoesNotHaveAreNotAskedFor() {
        doctor("17", "-jar", "shop.jar");

        assertThat(out.toString())
                .contains("missing -XX:+DisableAttachMechanism", "note  JDK 17 has no flag")
                .doesNotContain("EnableDynamicAgentLoading", "--illegal-native-access");
    }

    @Test
    void anArgumentFileIsReadAsTheJvmReadsIt() throws IOException {
        Path arguments = Files.writeString(dir.resolve("arguments"), "# flags\n" + String.join("\n", FLAGS) + "\n");

        doctor("25", "@" + arguments, "Main");

        assertThat(out.toString()).doesNotContain("missing").endsWith("1 to mend, 0 notes\n");
    }

    @Test
    void theLastOfAFlagCounts() {
        doctor("17", "-XX:+DisableAttachMechanism", "-XX:-DisableAttachMechanism", "Main");

        assertThat(out.toString()).contains("missing -XX:+DisableAttachMechanism");
    }

    @Test
    void openedPackagesAreNamedHoweverTheyAreWritten() {
        doctor("17", "--add-opens", "java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=x", "Main");

        assertThat(out.toString())
                .contains(
                        "--add-opens=java.base/java.lang=ALL-UNNAMED gives away", "--add-opens=java.base/sun.nio.ch=x");
    }

    @Test
    void whatTheProgramIsGivenIsNoFlagOfTheJvm() {
        doctor("17", "-jar", "shop.jar", "-XX:+DisableAttachMechanism");

        assertThat(out.toString()).contains("missing -XX:+DisableAttachMechanism");
    }

    @Test
    void aPolicyThatTheUserMayChangeIsNamed() throws IOException {
        Path policy = Files.writeString(dir.resolve("policy.yaml"), "");

        doctor("17", "-javaagent:sallyport.jar=policy=" + policy + ",mode=monitor", "-javaagent:other.jar", "Main");

        assertThat(out.toString())
                .contains(
                        policy + " can be written",
                        "mode=monitor: nothing is refused",
                        "-javaagent:other.jar may undo");
    }

    @Test
    void withoutACommandLineTheUsageIsWrong() {
        assertThat(run("doctor")).isEqualTo(2);
    }

    private int doctor(String feature, String... words) {
        List<String> all = new ArrayList<>(List.of("doctor", "--feature", feature, "--", "java"));
        all.addAll(List.of(words));
        return run(all.toArray(new String[0]));
    }

    private int run(String... args) {
        Terminal terminal = new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true);
        return SallyportCommand.run(terminal, new PrintWriter(new StringWriter()), args);
    }
}
