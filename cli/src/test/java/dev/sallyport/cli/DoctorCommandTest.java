package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    @Test
    void aPolicyThatIsNotValidIsNamedWithItsFirstError() throws IOException {
        Path policy = Files.writeString(dir.resolve("policy.yaml"), Shop.HEAD + "egres: []\n");

        doctor("17", "-javaagent:sallyport.jar=policy=" + policy + ",journal=" + dir, "Main");

        assertThat(out.toString())
                .contains("is not valid, so the JVM does not start: policy.yaml:4:1: unknown key 'egres'");
    }

    @Test
    void aJournalThatCannotBeWrittenIsNamed() throws IOException {
        Path policy = Shop.policy(dir, "policy.yaml", "audit: {dir: " + policyFile() + "/audit}\n");

        doctor("17", "-javaagent:sallyport.jar=policy=" + policy, "Main");

        assertThat(out.toString()).contains("policy.yaml/audit cannot be written by this user");
    }

    @Test
    void aTelemetryEndpointIsTried() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            doctor("17", "-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + port, "Main");
            assertThat(out.toString()).doesNotContain("telemetry");
        }

        doctor("17", "-Dotel.exporter.otlp.endpoint=http://127.0.0.1:" + port, "Main");

        assertThat(out.toString()).contains("the telemetry endpoint http://127.0.0.1:" + port + " cannot be reached");
    }

    @Test
    void aRunningJvmIsLookedAtByItsProcessId() {
        assertThat(run("doctor", "--pid", String.valueOf(ProcessHandle.current().pid())))
                .isEqualTo(1);

        assertThat(out.toString()).contains("mend  no -javaagent:sallyport.jar: nothing is guarded");
    }

    @Test
    void jsonHoldsWhatIsToMend() {
        assertThat(run("doctor", "--json", "--feature", "17", "--", "java", "Main"))
                .isEqualTo(1);

        assertThat(out.toString())
                .startsWith("{\"mend\":[\"no -javaagent:sallyport.jar")
                .contains("\"notes\":[");
    }

    private Path policyFile() {
        return dir.resolve("policy.yaml");
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
