package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * A part of Netty's own tests of its transports, with the agent and without: under a policy that allows everything as many
 * are found, succeed and fail. {@code .ci/netty-testsuite} runs all of them.
 */
class NettyTestsuiteIT {

    private static final List<String> CLASSES = List.of(
            "SocketEchoTest",
            "SocketConnectTest",
            "SocketStringEchoTest",
            "SocketFixedLengthEchoTest",
            "SocketHalfClosedTest",
            "SocketBufReleaseTest",
            "SocketConditionalWritabilityTest",
            "SocketCancelWriteTest",
            "SocketExceptionHandlingTest",
            "DatagramUnicastInetTest",
            "DatagramConnectNotExistsTest");

    @TempDir
    Path directory;

    @EachJdk
    void asManyOfNettysTestsSucceedAsWithoutTheAgent(Jdk jdk) throws IOException {
        List<String> without = counts(jvm(jdk, "without"));
        List<String> with = counts(jvm(jdk, "with").policy(Policies.write(directory, Policies.ALLOW_ALL)));

        assertThat(with).isEqualTo(without);
        assertThat(with).anyMatch(count -> count.matches("[1-9][0-9]* tests successful"));
        assertThat(Journals.connects(directory.resolve("with/journal"))).isNotEmpty();
    }

    private ChildJvm jvm(Jdk jdk, String name) throws IOException {
        return new ChildJvm(jdk, Files.createDirectory(directory.resolve(name)))
                .classPath(Product.nettyTestsuite())
                .option("-XX:TieredStopAtLevel=1");
    }

    private static List<String> counts(ChildJvm jvm) {
        List<String> arguments =
                new ArrayList<>(List.of("execute", "--disable-banner", "--disable-ansi-colors", "--details=summary"));
        for (String name : CLASSES) {
            arguments.add("--select-class=io.netty.testsuite.transport.socket." + name);
        }
        Exited exited = jvm.run("org.junit.platform.console.ConsoleLauncher", arguments.toArray(new String[0]));
        return exited.out()
                .lines()
                .filter(line -> line.matches("\\[ *\\d+ tests \\w+ *]"))
                .map(line -> line.substring(1, line.length() - 1).trim())
                .toList();
    }
}
